import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { REPOSITORY } from './repository.ts';

/**
 * A hash of files' names and contents: the key under which what was made of them is kept. Paths are of
 * the repository; directories count with all that is in them, tests aside, and absent ones are skipped.
 */
export function contentHash(paths: string[], ...also: string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(also));
  for (const path of paths.flatMap((each) => listFiles(join(REPOSITORY, each))).toSorted()) {
    hash.update(`\0${relative(REPOSITORY, path)}\0`).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 16);
}

function listFiles(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('/generated/'));
}
