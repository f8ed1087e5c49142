import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Lock } from './lock.ts';

const directory = mkdtempSync(join(tmpdir(), 'checkout-lock-'));
afterAll(() => rmSync(directory, { recursive: true }));

it('is held by one at a time, and free again when that one lets go', () => {
  const path = join(directory, 'own');
  const first = Lock.tryTake(path);
  expect(first).not.toBeNull();
  expect(Lock.tryTake(path)).toBeNull();
  first?.[Symbol.dispose]();
  using second = Lock.tryTake(path);
  expect(second).not.toBeNull();
});

it('ends with a holder that is killed', async () => {
  const path = join(directory, 'of-another');
  const program = `
    const { Lock } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
    globalThis.lock = Lock.tryTake(${JSON.stringify(path)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  expect(Lock.tryTake(path)).toBeNull();
  holder.kill('SIGKILL');
  using lock = await Lock.take(path, 5_000);
  expect(lock).not.toBeNull();
});
