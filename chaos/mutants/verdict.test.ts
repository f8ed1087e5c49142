import { expect, test } from 'vitest';
import type { MutantVerdict } from './play-mutant.ts';
import { MUTANTS } from './registry.ts';
import { resultOf } from './verdict.ts';
import type { Played, Purpose } from './verdict.ts';

const mutant = MUTANTS.find(({ id }) => id === 'check-then-act');
if (mutant === undefined) throw new Error('the mutant that these tests speak of is gone');

const SAID: MutantVerdict = {
  verdict: 'valid',
  invalidBy: [],
  reasons: [],
  hits: new Map([['check-then-act', 3]]),
  acknowledged: 3,
  durationMs: 1,
  directory: '',
};
const DEAD = { verdict: 'invalid', invalidBy: [mutant.checker, 'money-balances'] } as const;

function played(purpose: Purpose, seed: string, changes: Partial<MutantVerdict> = {}): Played {
  return { purpose, seed, verdict: { ...SAID, ...changes, invalidBy: [...(changes.invalidBy ?? [])] } };
}

test('killed: the named checker says so under the fault, and nobody without it', () => {
  const result = resultOf(mutant, [
    played('storm', 'a', DEAD as never),
    played('storm', 'b'),
    played('calm', 'a'),
    played('layered', 'a'),
  ]);
  expect(result).toMatchObject({ fate: 'killed', kills: 1, runs: 2, maskedBy: ['guard'], medianRuns: 1 });
  expect(result.killingSeeds).toEqual(['a']);
});

test('another checker’s word doesn’t kill it', () => {
  const other = { verdict: 'invalid', invalidBy: ['calls-end-in-time'] } as never;
  expect(resultOf(mutant, [played('storm', 'a', other), played('calm', 'a')]).fate).toBe('survived');
});

test('a bug that was never reached is not killed by whatever else went wrong', () => {
  const result = resultOf(mutant, [
    played('storm', 'a', { ...DEAD, hits: new Map() } as never),
    played('calm', 'a'),
  ]);
  expect(result).toMatchObject({ fate: 'unreached', kills: 0 });
});

test('invalid without the fault: it dies without chaos', () => {
  const result = resultOf(mutant, [
    played('storm', 'a', DEAD as never),
    played('calm', 'a', { verdict: 'invalid', invalidBy: ['money-balances'] } as never),
  ]);
  expect(result.fate).toBe('dies without chaos');
});

test('nothing is known of it if the quiet run is unknown, or there was none', () => {
  expect(resultOf(mutant, [played('storm', 'a', DEAD as never)]).fate).toBe('unknown');
  const unsure = played('calm', 'a', { verdict: 'unknown' });
  expect(resultOf(mutant, [played('storm', 'a', DEAD as never), unsure]).fate).toBe('unknown');
});

test('a run that proves nothing is no survival', () => {
  const result = resultOf(mutant, [played('storm', 'a', { verdict: 'unknown' }), played('calm', 'a')]);
  expect(result.fate).toBe('unknown');
});

test('what shows with every layer on is masked by none', () => {
  const result = resultOf(mutant, [
    played('storm', 'a', DEAD as never),
    played('calm', 'a'),
    played('layered', 'a', DEAD as never),
  ]);
  expect(result.maskedBy).toEqual([]);
});

test('whether a layer hides it must be known: with that play unknown, so is its fate', () => {
  const result = resultOf(mutant, [
    played('storm', 'a', DEAD as never),
    played('calm', 'a'),
    played('layered', 'a', { verdict: 'unknown' }),
  ]);
  expect(result.fate).toBe('unknown');
});
