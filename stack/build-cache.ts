import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository.ts';

/** Notes about what was built in this clone; `npm ci` removes them together with what they speak of. */
export function cachePath(name: string): string {
  const directory = join(REPOSITORY, 'node_modules', '.cache', 'checkout-stack');
  mkdirSync(directory, { recursive: true });
  return join(directory, name);
}
