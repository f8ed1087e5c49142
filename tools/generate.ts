import { ensureGenerated } from '../stack/index.ts';

await ensureGenerated((line) => {
  console.log(line);
});
