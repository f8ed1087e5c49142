import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EXIT_CODE } from '../exit-code.ts';
import { BUGS } from '../simulate/sabotage/bugs.ts';
import { CommandBench } from '../testing/command.ts';
import { simulateCommand } from './simulate.ts';

const TIMEOUT_MS = 60_000;

let bench: CommandBench;

beforeEach(() => {
  bench = new CommandBench();
});

afterEach(() => {
  bench[Symbol.dispose]();
});

/** The command on a shop with a bug. */
function typeWithBug(line: string, id: string) {
  const bug = BUGS.find((each) => each.id === id);
  if (bug === undefined) throw new Error(`There is no bug ${id}`);
  return bench.typeTo(simulateCommand(bug), line);
}

describe('chaos simulate', () => {
  test(
    'runs as often as it is told, and says what it met',
    async () => {
      const { code, out, err } = await bench.type('simulate --seed 5eed --runs 5');
      expect(code).toBe(EXIT_CODE.valid);
      expect(out).toMatch(/✔ simulate: valid; 5 runs, \d+ a minute, .* seed 5eed/);
      expect(err).toContain('seed 5eed\n');
    },
    TIMEOUT_MS,
  );

  test(
    'the JSON is the same for the same seed, the speed aside',
    async () => {
      const line = 'simulate --seed 5eed --runs 3 --reporter json';
      const [first, second] = [await bench.type(line), await bench.type(line)];
      const parsed = (text: string) => ({ ...(JSON.parse(text) as object), runsPerMinute: 0 });
      expect(parsed(first.out)).toEqual(parsed(second.out));
      expect(parsed(first.out)).toMatchObject({ seed: '5eed', verdict: 'valid', runs: 3, failure: null });
    },
    TIMEOUT_MS,
  );

  test(
    'a violation ends it: seed, checker, kind, the story, and how to see it again',
    async () => {
      const { code, out } = await typeWithBug(
        'simulate --seed 5eed --runs 100 --shrink',
        'payload-not-hashed',
      );
      expect(code).toBe(EXIT_CODE.invalid);
      expect(out).toContain('✘ simulate: invalid');
      expect(out).toContain('✘ one-payload-per-key / key-accepted-with-two-payloads');
      expect(out).toMatch(/shrunk in \d+ runs: 1 customers/);
      const [, planFile] = /simulate --plan (\S+)/.exec(out) ?? [];
      expect(planFile).toMatch(/simulate\/5eed(-\d+)?\.json$/);

      const again = await typeWithBug(`simulate --plan ${planFile}`, 'payload-not-hashed');
      expect(again.code).toBe(EXIT_CODE.invalid);
      expect(again.out).toContain('one-payload-per-key / key-accepted-with-two-payloads');
      // It is the bug: the shop as it is survives the same plan.
      expect((await bench.type(`simulate --plan ${planFile}`)).code).toBe(EXIT_CODE.valid);
    },
    TIMEOUT_MS,
  );

  test(
    'a history is written where one is asked for',
    async () => {
      const path = join(bench.reportsDir, 'deep', 'history.jsonl');
      await bench.type(`simulate --seed 5eed --runs 1 --history ${path}`);
      const lines = readFileSync(path, 'utf8').trim().split('\n');
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ index: 0, type: 'phase', phase: 'start' });
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ phase: 'end' });
    },
    TIMEOUT_MS,
  );

  test.each([
    'simulate --runs none',
    'simulate --runs 0',
    'simulate --for ever',
    'simulate --runs 1 --for 1s',
    'simulate --reporter html',
    'simulate --plan x --seed y',
    'simulate --plan nowhere.json',
    'simulate --sedd 5eed',
    'simulate something',
  ])('refuses %s', async (line) => {
    const { code, err, out } = await bench.type(line);
    expect(code).toBe(EXIT_CODE.usage);
    expect(err).not.toBe('');
    expect(out).toBe('');
    expect(existsSync(join(bench.reportsDir, 'simulate'))).toBe(false);
  });

  test('interrupted, it says what it has, and that it isn’t all', async () => {
    const interrupt = new AbortController();
    interrupt.abort();
    const { code, out } = await bench.type('simulate --runs 5', undefined, {
      interrupt,
      signal: interrupt.signal,
    });
    expect(code).toBe(EXIT_CODE.unknown);
    expect(out).toContain('? simulate: unknown; 0 runs');
  });
});
