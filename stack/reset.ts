/** `npm run reset`: removes the data of `npm start`, so that the next start begins with a new shop. */
import { join } from 'node:path';
import { print } from './progress.ts';
import { removeData } from './remove-data.ts';
import { REPOSITORY } from './repository.ts';

const dataDir = join(REPOSITORY, '.stack');
try {
  await removeData(dataDir);
  print(`Removed ${dataDir}.`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
