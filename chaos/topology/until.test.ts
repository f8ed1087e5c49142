import { expect, test } from 'vitest';
import { until, WaitedInVain } from './until.ts';

test('returns what was seen', async () => {
  let looks = 0;
  const seen = await until(() => ((looks += 1) === 3 ? 'it' : null), {
    what: 'it',
    limitMs: 1_000,
    pauseMs: 1,
  });
  expect([seen, looks]).toEqual(['it', 3]);
});

test('zero and the empty text are something', async () => {
  expect(await until(() => 0, { what: 'a number', limitMs: 0 })).toBe(0);
  expect(await until(() => '', { what: 'a text', limitMs: 0 })).toBe('');
});

test('looks at least once, and ends with what it waited for', async () => {
  const wait = until(() => Promise.resolve(false), { what: 'the moon', limitMs: 0 });
  await expect(wait).rejects.toThrow(WaitedInVain);
  await expect(wait).rejects.toThrow('waited 0 ms for the moon');
});

test('ends with its signal', async () => {
  const interrupted = new AbortController();
  const wait = until(() => false, {
    what: 'nothing',
    limitMs: 10_000,
    pauseMs: 1,
    signal: interrupted.signal,
  });
  interrupted.abort(new Error('Ctrl-C'));
  await expect(wait).rejects.toThrow('Ctrl-C');
});

test('a look that fails fails the wait', async () => {
  await expect(until(() => Promise.reject(new Error('gone')), { what: 'x', limitMs: 1_000 })).rejects.toThrow(
    'gone',
  );
});
