import { describe, expect, test } from 'vitest';
import { CHECKER_NAMES } from './checkers/name.ts';
import type { PlantedReport, PlayReport, ScenarioReport } from './report/report.ts';
import { cleanRun } from './testing/clean-run.ts';
import { HandMade } from './testing/hand-made.ts';
import { judge, runReport, unjudged, worstOf } from './verdict.ts';
import type { Judgement } from './verdict.ts';

function judgementOn(run: HandMade, changes: Partial<Judgement> = {}): Judgement {
  return {
    name: 'hand-made',
    history: run.history,
    state: run.state,
    exercises: CHECKER_NAMES,
    requiredEvidence: [],
    control: 'not-asked',
    planted: null,
    trouble: [],
    durationMs: 12.4,
    historyPath: null,
    ...changes,
  };
}

const CONTROL = { operations: 10, duplicates: 3, duplicatesWithoutFault: 0 };
const CAUGHT: PlantedReport = {
  planting: 'a second charge',
  checker: 'one-capture-per-intent',
  verdict: 'caught',
  saidInvalid: ['one-capture-per-intent'],
  detail: null,
};

test('invalid beats unknown beats valid', () => {
  expect(worstOf(['valid', 'valid'])).toBe('valid');
  expect(worstOf(['valid', 'unknown'])).toBe('unknown');
  expect(worstOf(['unknown', 'invalid', 'valid'])).toBe('invalid');
  expect(worstOf([])).toBe('unknown');
});

describe('one scenario', () => {
  test('is valid when everything is there', () => {
    const run = cleanRun();
    run.state.evidence['answer-lost'] = 2;
    const report = judge(
      judgementOn(run, { requiredEvidence: ['answer-lost'], control: CONTROL, planted: [CAUGHT] }),
    );
    expect(report).toMatchObject({
      verdict: 'valid',
      reasons: [],
      operations: 6,
      acknowledged: 5,
      duplicates: 0,
      lost: 0,
      unsettled: 0,
      evidence: { 'answer-lost': 2 },
      control: CONTROL,
      durationMs: 12,
    });
  });

  test.each<[string, Partial<Judgement>, string]>([
    ['the fault never bit', { requiredEvidence: ['answer-lost'] }, 'no answer-lost'],
    ['the control never ended', { control: null }, 'the control never came to an end'],
    ['the control shows no duplicate', { control: { ...CONTROL, duplicates: 0 } }, 'shows no duplicate'],
    [
      'the control needs no fault',
      { control: { ...CONTROL, duplicatesWithoutFault: 1 } },
      'without the fault',
    ],
    ['a planted violation was missed', { planted: [CAUGHT, { ...CAUGHT, verdict: 'missed' }] }, 'missed by'],
    ['one could not be planted', { planted: [{ ...CAUGHT, verdict: 'not-plantable' }] }, 'not plantable for'],
    ['the harness had trouble', { trouble: ['it was interrupted'] }, 'it was interrupted'],
    ['there was no final read', { state: null }, 'there was no final read'],
  ])('is unknown when %s', (_what, changes, reason) => {
    const report = judge(judgementOn(cleanRun(), changes));
    expect(report.verdict).toBe('unknown');
    expect(report.reasons.join('\n')).toContain(reason);
  });

  test('is unknown when nothing was acknowledged', () => {
    const run = new HandMade();
    run.lost(run.intent('ada1'));
    run.healed();
    const report = judge(judgementOn(run, { exercises: [] }));
    expect(report.verdict).toBe('unknown');
    expect(report.reasons).toContain('nothing was acknowledged');
  });

  test('may leave a premise unmet that it does not exercise, and none that it does', () => {
    const run = new HandMade();
    run.healed();
    run.buy(run.intent('ada1'));
    expect(judge(judgementOn(run, { exercises: [] })).verdict).toBe('valid');
    expect(judge(judgementOn(run, { exercises: ['same-key-same-bytes'] }))).toMatchObject({
      verdict: 'unknown',
      reasons: ['same-key-same-bytes is unknown: its premise never held'],
    });
  });

  test('excuses no crash, exercised or not', () => {
    const run = cleanRun();
    // A look at an order that no schema accepted crashes orders-are-private.
    const look = run.invoke({ process: 'customer-bob1', f: 'readOrder', intent: 'ada1' });
    run.complete(look, {
      type: 'ok',
      value: {},
      response: { httpStatus: 200, bodyHash: 'x', replayed: false },
    });
    const report = judge(judgementOn(run, { exercises: [] }));
    expect(report.verdict).toBe('unknown');
    expect(report.reasons.join()).toContain('the checker crashed');
  });

  test('is invalid whatever else went wrong, and counts what went wrong', () => {
    const run = cleanRun();
    const bob = run.state.intents.find(({ nonce }) => nonce === 'bob1');
    if (bob === undefined) throw new Error('no bob');
    run.buy(bob, { key: 'key-2' });
    run.state.database.orders.splice(0, 1);
    const report = judge(judgementOn(run, { trouble: ['it was interrupted'], control: null }));
    expect(report).toMatchObject({ verdict: 'invalid', duplicates: 1, lost: 1 });
    expect(report.violations.map(({ checker }) => checker)).toContain('one-order-per-intent');
  });
});

test('a part of a run is never valid', () => {
  const report = judge(judgementOn(cleanRun()));
  const played = (each: ScenarioReport): PlayReport => ({ ...each, play: each.name, seed: 'seed' });
  const run = (...reports: ScenarioReport[]) => ({ run: 'r', seed: 'seed', scenarios: reports.map(played) });
  expect(runReport(run(report), { complete: true }).verdict).toBe('valid');
  expect(runReport(run(report), { complete: false }).verdict).toBe('unknown');
  const crashed = unjudged('other', 'it crashed', 1);
  expect(runReport(run(report, crashed), { complete: true }).verdict).toBe('unknown');
});
