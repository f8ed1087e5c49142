import { expect, test } from 'vitest';
import { judge } from '../verdict.ts';
import { cleanRun } from '../testing/clean-run.ts';
import type { HandMade } from '../testing/hand-made.ts';
import { SoakTotals } from './soak-totals.ts';

const SCENARIO = { name: 'soak', requiredEvidence: ['bit'] };

function round(breakIt: (run: HandMade) => void = () => {}, trouble: string[] = []) {
  const run = cleanRun();
  run.state.evidence['bit'] = 2;
  breakIt(run);
  return judge({
    name: 'soak',
    history: run.history,
    state: run.state,
    exercises: [],
    requiredEvidence: [],
    control: 'not-asked',
    planted: null,
    trouble,
    durationMs: 1,
    historyPath: null,
  });
}

function totalsOf(...rounds: ReturnType<typeof round>[]) {
  const totals = new SoakTotals(SCENARIO);
  for (const [index, each] of rounds.entries()) totals.add(index + 1, each);
  return totals.report(1_000, 'history.jsonl');
}

test('rounds are added up', () => {
  const one = round();
  const all = totalsOf(one, round());
  expect(all).toMatchObject({
    verdict: 'valid',
    operations: 2 * one.operations,
    evidence: { rounds: 2, bit: 4 },
  });
  expect(all.checkers.every(({ verdict }) => verdict === 'valid')).toBe(true);
});

test('one violated round is a violated soak, whatever comes after it', () => {
  const double = round(({ state }) => {
    const [charge] = state.ledger.charges;
    if (charge !== undefined) state.ledger.charges.push({ ...charge, id: 'ch_again' });
  });
  const all = totalsOf(double, round());
  expect(all.verdict).toBe('invalid');
  expect(all.checkers.find(({ checker }) => checker === 'one-capture-per-intent')?.verdict).toBe('invalid');
  expect(all.violations.length).toBeGreaterThan(0);
});

test('one round in doubt is a soak in doubt, and says which', () => {
  const all = totalsOf(round(), round(undefined, ['the light went out']));
  expect(all).toMatchObject({ verdict: 'unknown', reasons: ['round 2: the light went out'] });
});

test('what no round showed is missing', () => {
  const all = totalsOf(round(({ state }) => (state.evidence = {})));
  expect(all).toMatchObject({ verdict: 'unknown', reasons: ['nothing shows that the fault bit: no bit'] });
});

test('of no round nothing is known', () => {
  expect(new SoakTotals({ name: 'soak', requiredEvidence: [] }).report(0, 'x').verdict).toBe('unknown');
});
