import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureBuilt } from './build.ts';
import { removeData, startStack } from './index.ts';
import { REPOSITORY } from './repository.ts';

/** Texts of the seam's code: of `src/sabotage/seam.ts`, and of the release that isn't there yet. */
const MARKS = ['This process is sabotaged on purpose', 'giftWrapped'];

const filesWith = (text: string, directory: string): string[] => {
  try {
    const found = execFileSync('grep', ['-rlF', '--include=*.js', text, directory], { cwd: REPOSITORY });
    return found.toString().trim().split('\n');
  } catch {
    return [];
  }
};

async function health(url: string): Promise<unknown> {
  const response = await fetch(`${url}/api/health`);
  return response.json();
}

beforeAll(async () => {
  await ensureBuilt('production');
  await ensureBuilt('chaos');
}, 600_000);

let dataDir: string;
beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'checkout-builds-'))));
afterEach(() => removeData(dataDir));

test.each(MARKS)('the production build doesn’t contain the seam: ‘%s’', (mark) => {
  expect(filesWith(mark, '.next/server')).toEqual([]);
  // The look itself can find something.
  expect(filesWith(mark, '.next-chaos/server')).not.toEqual([]);
});

test('a production node can’t be sabotaged, whatever it is told', async () => {
  const env = {
    SABOTAGE: 'unprotected',
    FAILPOINTS_URL: 'http://127.0.0.1:9',
    CLOCK_SKEW_MS: '1000',
    RELEASE: 'next',
  };
  await using stack = await startStack({ dataDir, links: false, workers: 0, env });
  expect(await health(stack.directUrl())).toEqual({ status: 'ok', node: 'web-1', build: 'production' });
});

test('nodes of the chaos build are told apart, and each says what it was told', async () => {
  const env = (node: string): Record<string, string> =>
    node === 'web-2' ? { SABOTAGE: 'unprotected', RELEASE: 'next' } : {};
  await using stack = await startStack({
    dataDir,
    build: 'chaos',
    links: false,
    webNodes: 2,
    workers: 0,
    env,
  });
  expect(await health(stack.directUrl(1))).toMatchObject({
    node: 'web-1',
    build: 'chaos',
    sabotage: '',
    release: 'this',
  });
  expect(await health(stack.directUrl(2))).toMatchObject({
    node: 'web-2',
    build: 'chaos',
    sabotage: 'unprotected',
    release: 'next',
  });
});

test('a mistyped sabotage stops the process: a mutant that isn’t there would pass for one that lives', async () => {
  const options = { dataDir, build: 'chaos', links: false, env: { SABOTAGE: 'unprotcted' } } as const;
  await expect(startStack({ ...options, workers: 0 })).rejects.toThrow(/web-1 didn't start/);
  await expect(startStack({ ...options, webNodes: 0 })).rejects.toThrow(/worker-1 didn't start/);
});
