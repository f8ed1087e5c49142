import { execFileSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from './build.ts';
import { REPOSITORY } from './repository.ts';

/** A text of the code that takes the protection off. */
const CONTROL_ONLY = 'The control has no order of another key';

const filesWith = (text: string, directory: string): string[] => {
  try {
    const found = execFileSync('grep', ['-rlF', '--include=*.js', text, directory], { cwd: REPOSITORY });
    return found.toString().trim().split('\n');
  } catch {
    return [];
  }
};

beforeAll(async () => {
  await ensureBuilt('production');
  await ensureBuilt('control');
}, 600_000);

test('the production build doesn’t contain the code that takes its protection off', () => {
  expect(filesWith(CONTROL_ONLY, '.next/server')).toEqual([]);
  // The look itself can find something.
  expect(filesWith(CONTROL_ONLY, '.next-control/server')).not.toEqual([]);
});
