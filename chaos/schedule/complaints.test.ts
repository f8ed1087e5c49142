import { describe, expect, test } from 'vitest';
import { answerLost, latency, planned } from '../faults/index.ts';
import { randomStream } from '../random.ts';
import { CLIENT_LIMITS } from '../run/limits.ts';
import { drawIntent } from './draw-intent.ts';
import { complaintsAbout } from './complaints.ts';
import { scheduleSchema } from './schedule.ts';
import type { Schedule } from './schedule.ts';

const intent = drawIntent(randomStream('parse'), {
  client: 'plain',
  customer: 'plain-1',
  role: 'buy',
  ownProduct: false,
  node: 1,
});

/** A whole schedule, of which each test breaks one thing. */
function good(): Schedule {
  return {
    seed: 's',
    scenario: 'it',
    part: 'protected',
    topology: { webNodes: 1, workers: 1 },
    limits: CLIENT_LIMITS,
    products: [],
    intents: [structuredClone(intent)],
    faults: [
      planned(
        answerLost,
        'one',
        'edge@web-1',
        {},
        {
          trigger: { at: 'arrived', intent: intent.nonce, attempt: 1 },
          heal: { at: 'elapsed', ms: 100 },
        },
      ),
      planned(
        latency,
        'two',
        'db@worker-1',
        { delayMs: 5, jitterMs: 0, direction: 'both' },
        {
          trigger: { at: 'all', of: [{ at: 'start' }, { at: 'on', fault: 'one' }] },
          heal: { at: 'end' },
        },
      ),
    ],
  };
}

const complaints = (schedule: Schedule) => [...complaintsAbout(schedule)];

test('nothing is said of a schedule that can be played', () => {
  expect(scheduleSchema.parse(JSON.parse(JSON.stringify(good())))).toEqual(good());
  expect(complaints(good())).toEqual([]);
});

const broken: [what: string, break_: (schedule: Schedule) => void, complaint: string][] = [
  [
    'an unknown fault',
    (s) => Object.assign(s.faults[0] ?? {}, { fault: 'gremlin' }),
    'there is no fault called gremlin',
  ],
  [
    'bad parameters',
    (s) => Object.assign(s.faults[1] ?? {}, { params: { delayMs: 'long' } }),
    'fault two: latency doesn’t take',
  ],
  [
    'a target that isn’t there',
    (s) => Object.assign(s.faults[0] ?? {}, { target: 'edge@web-2' }),
    'can’t hit edge@web-2',
  ],
  [
    'an intent that isn’t there',
    (s) => Object.assign(s.faults[0] ?? {}, { heal: { at: 'paid', intent: 'nobody' } }),
    'fault one waits for intent nobody',
  ],
  [
    'a fault that isn’t there',
    (s) => Object.assign(s.faults[0] ?? {}, { heal: { at: 'off', fault: 'three' } }),
    'fault one waits for fault three',
  ],
  [
    'a fault that waits for itself',
    (s) => Object.assign(s.faults[0] ?? {}, { trigger: { at: 'off', fault: 'one' } }),
    'fault one waits for itself',
  ],
  [
    'a name that is there twice',
    (s) => Object.assign(s.faults[1] ?? {}, { id: 'one' }),
    'two faults are called one',
  ],
  [
    'an intent that is there twice',
    (s) => s.intents.push(structuredClone(intent)),
    `two intents are called ${intent.nonce}`,
  ],
  ['a node that isn’t there', (s) => Object.assign(s.intents[0] ?? {}, { homeNode: 2 }), 'begins at web-2'],
];

describe('a schedule is refused, and says why', () => {
  test.each(broken)('%s', (_what, break_, complaint) => {
    const schedule = good();
    break_(schedule);
    expect(complaints(schedule).join()).toContain(complaint);
  });

  test.each([
    ['something unknown', { extra: true }],
    ['an unknown moment', { faults: [{ ...good().faults[0], trigger: { at: 'noon' } }] }],
    ['an end that is a beginning', { faults: [{ ...good().faults[0], trigger: { at: 'end' } }] }],
  ])('by its form: %s', (_what, change) => {
    expect(scheduleSchema.safeParse({ ...good(), ...change }).success).toBe(false);
  });

  test('everything that is wrong is told at once', () => {
    const schedule = good();
    for (const fault of schedule.faults) Object.assign(fault, { fault: 'gremlin' });
    expect(complaints(schedule)).toHaveLength(2);
  });
});
