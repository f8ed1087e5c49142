import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository.ts';

/** Settings from `.env`, if there is one. What the environment says already goes over them. */
export function loadSettings(): void {
  const path = join(REPOSITORY, '.env');
  if (existsSync(path)) process.loadEnvFile(path);
}
