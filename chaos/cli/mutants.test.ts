import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EXIT_CODE } from '../exit-code.ts';
import type { MutantPlay, MutantVerdict } from '../mutants/play-mutant.ts';
import { CommandBench } from '../testing/command.ts';
import { mutantsCommand } from './mutants.ts';

let bench: CommandBench;
beforeEach(() => void (bench = new CommandBench()));
afterEach(() => bench[Symbol.dispose]());

const VALID: MutantVerdict = {
  verdict: 'valid',
  invalidBy: [],
  reasons: [],
  hits: new Map([['check-then-act', 2]]),
  acknowledged: 3,
  durationMs: 1,
  directory: '',
};
const DOUBLE: MutantVerdict = { ...VALID, verdict: 'invalid', invalidBy: ['one-order-per-intent'] };

const isSabotaged = ({ shop }: MutantPlay) => shop.env('web-1')['SABOTAGE'] !== undefined;
const hasGuard = ({ sql }: MutantPlay) => !sql.some((each) => each.includes('order_one_live_per_checkout'));

/** Two clicks become two orders where the bug is in and the guard isn't. */
const caught = async (play: MutantPlay) =>
  isSabotaged(play) && !play.calm && !hasGuard(play) ? DOUBLE : VALID;

async function type(
  line: string,
  play: (play: MutantPlay) => Promise<MutantVerdict> = caught,
  interrupt = new AbortController(),
) {
  const played: MutantPlay[] = [];
  const recorded = (each: MutantPlay) => {
    played.push(each);
    return play(each);
  };
  const ended = await bench.typeTo(mutantsCommand(recorded), line, interrupt);
  return { ...ended, played };
}

test('a mutant that is caught, and a shop that passes, are green; the JSON is as agreed', async () => {
  const { code, out } = await type('mutants check-then-act --runs 2 --seed 5eed --reporter json');
  expect(code).toBe(EXIT_CODE.valid);
  expect(JSON.parse(out)).toEqual({
    seed: '5eed',
    mutants: [
      {
        id: 'check-then-act',
        hazard: 2,
        scenario: 'double-click',
        checker: 'one-order-per-intent',
        killed: true,
        kills: 2,
        runs: 2,
        maskedBy: ['guard'],
      },
    ],
    clean: [{ scenario: 'double-click', verdict: 'valid' }],
  });
});

test('the shop as it is plays every seed that killed without the guard, one with it, and one as the production build', async () => {
  const { played } = await type('mutants check-then-act --runs 2 --seed 5eed');
  const clean = played.filter((play) => !isSabotaged(play));
  const killing = played.filter((play) => isSabotaged(play) && !hasGuard(play) && !play.calm);
  expect(clean.filter((play) => !hasGuard(play)).map(({ seed }) => seed)).toEqual(
    killing.map(({ seed }) => seed),
  );
  expect(clean.filter(hasGuard).map(({ shop }) => shop.build)).toEqual(['chaos', 'production']);
});

test('one that nobody notices is a broken promise', async () => {
  const { code, err } = await type('mutants check-then-act', async () => VALID);
  expect(code).toBe(EXIT_CODE.invalid);
  expect(err).toContain('check-then-act: survived');
});

test('a shop that fails as it is is a broken promise, however many mutants died', async () => {
  const broken = async (play: MutantPlay) => (play.shop.build === 'production' ? DOUBLE : caught(play));
  expect((await type('mutants check-then-act', broken)).code).toBe(EXIT_CODE.invalid);
});

test('what comes to no end is inconclusive', async () => {
  const unknown = async (): Promise<MutantVerdict> => ({ ...VALID, verdict: 'unknown' });
  expect((await type('mutants check-then-act', unknown)).code).toBe(EXIT_CODE.unknown);
});

test('after Ctrl-C no play is begun, and what was seen is reported as a part', async () => {
  const interrupt = new AbortController();
  const first = async (play: MutantPlay) => {
    interrupt.abort();
    return caught(play);
  };
  const { code, out, played } = await type('mutants check-then-act', first, interrupt);
  expect(played).toHaveLength(1);
  expect(code).toBe(EXIT_CODE.unknown);
  expect(out).toContain('cut short');
});

test('a sample is drawn by the seed', async () => {
  const idsOf = async (seed: string) => {
    const { out } = await type(`mutants --sample 2 --seed ${seed} --reporter json`);
    return (JSON.parse(out) as { mutants: { id: string }[] }).mutants.map(({ id }) => id);
  };
  expect(await idsOf('a')).toHaveLength(2);
  expect(await idsOf('a')).toEqual(await idsOf('a'));
});

test('more than is printed is saved', async () => {
  await type('mutants check-then-act --seed 5eed');
  const saved = join(bench.reportsDir, 'mutants/5eed/mutants.json');
  expect(existsSync(saved)).toBe(true);
  expect(JSON.parse(readFileSync(saved, 'utf8'))).toMatchObject({
    mutants: [{ id: 'check-then-act', fate: 'killed', reached: 1, medianRuns: 1, bounds: { high: 1 } }],
  });
});

test('a name that isn’t there, and a pattern that matches none, are refused', async () => {
  await expect(type('mutants chek-then-act')).rejects.toThrow('There is no mutant chek-then-act');
  await expect(type('mutants --grep nothing-like-it')).rejects.toThrow('No mutant matched');
});
