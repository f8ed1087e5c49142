import { expect, test } from 'vitest';
import { CLIENT_LIMITS } from '../run/limits.ts';
import type { PlannedIntent, Schedule } from '../schedule/schedule.ts';
import { HandMade } from '../testing/hand-made.ts';
import { controlReport } from './control.ts';

const BUYS = {
  role: 'buy',
  lines: [],
  delivery: 'standard',
  homeNode: 1,
  presses: 1,
  pressAt: null,
  round: 1,
} as const satisfies Partial<PlannedIntent>;

const SCHEDULE = {
  seed: 's',
  scenario: 'test',
  topology: { webNodes: 1, workers: 1 },
  limits: CLIENT_LIMITS,
  products: [],
  faults: [],
} as const satisfies Partial<Schedule>;

/** A schedule of intents that were bought so many times each. */
function bought(
  run: HandMade,
  part: Schedule['part'],
  times: Record<string, { times: number; hit: string | null }>,
): Schedule {
  const intents = Object.entries(times).map(([nonce, { times: count, hit }]): PlannedIntent => {
    const intent = run.intent(nonce);
    for (let number = 1; number <= count; number += 1) run.buy(intent, { key: `${nonce}-${number}` });
    return { ...intent, ...BUYS, hit };
  });
  return { ...SCHEDULE, part, intents };
}

test('counts duplicates on what the fault hit, and without the fault all of them', () => {
  const run = new HandMade();
  const calm = bought(run, 'control-without-fault', {
    calm1: { times: 1, hit: null },
    calm2: { times: 1, hit: null },
  });
  const stormy = bought(run, 'control-with-fault', {
    hit1: { times: 3, hit: 'lost' },
    hit2: { times: 1, hit: 'lost' },
    bystander: { times: 2, hit: null },
  });
  expect(controlReport(run.history, run.state, { calm, stormy })).toEqual({
    operations: 5,
    duplicates: 2,
    duplicatesWithoutFault: 0,
  });
});

test('a duplicate without the fault is told', () => {
  const run = new HandMade();
  const calm = bought(run, 'control-without-fault', { calm1: { times: 2, hit: null } });
  const stormy = bought(run, 'control-with-fault', { hit1: { times: 1, hit: 'lost' } });
  expect(controlReport(run.history, run.state, { calm, stormy })).toMatchObject({
    duplicates: 0,
    duplicatesWithoutFault: 1,
  });
});
