import { describe, expect, test } from 'vitest';
import { answerLost, latency, planned } from '../faults/index.ts';
import { CLIENT_LIMITS } from '../run/limits.ts';
import { randomStream } from '../random.ts';
import { complaintsAbout } from '../schedule/complaints.ts';
import { drawSchedule } from '../schedule/draw.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { Budget } from './budget.ts';
import { partsOf, without } from './schedule-parts.ts';
import { shrinkSchedule } from './shrink-schedule.ts';

/** Two nodes, two clients, each lost answer waited for by a slow database that heals with it. */
function drawn(): Schedule {
  return drawSchedule({
    seed: 'seed',
    scenario: 'test',
    part: 'protected',
    topology: { webNodes: 2, workers: 1 },
    limits: CLIENT_LIMITS,
    hits: [{ name: 'lost' }, { name: 'lost', ownProduct: true }],
    rounds: 2,
    faults: ({ hit }) =>
      hit('lost').flatMap(({ nonce: intent, homeNode }) => [
        planned(
          answerLost,
          `lost-${intent}`,
          `edge@web-${homeNode}`,
          {},
          {
            trigger: { at: 'arrived', intent, attempt: 1 },
            heal: { at: 'attempt-ended', intent, attempt: 1 },
          },
        ),
        planned(
          latency,
          `slow-${intent}`,
          `db@web-${homeNode}`,
          { delayMs: 50, jitterMs: 0, direction: 'both' },
          {
            trigger: { at: 'on', fault: `lost-${intent}` },
            heal: {
              at: 'any',
              of: [
                { at: 'off', fault: `lost-${intent}` },
                { at: 'elapsed', ms: 500 },
              ],
            },
          },
        ),
      ]),
  });
}

const has = (schedule: Schedule, { id, nonce }: { id?: string; nonce?: string }) =>
  schedule.faults.some((fault) => fault.id === id) ||
  schedule.intents.some((intent) => intent.nonce === nonce);

function theHit(schedule: Schedule, index = 0) {
  const intent = schedule.intents.filter(({ hit }) => hit !== null)[index];
  if (intent === undefined) throw new Error('there is a hit');
  return intent;
}

describe('a part that is left out', () => {
  test('takes along what waited for it, and nothing else', () => {
    const whole = drawn();
    const { nonce } = theHit(whole);
    const smaller = without(whole, [{ kind: 'fault', id: `lost-${nonce}` }]);
    expect(smaller?.faults.map(({ id }) => id)).toEqual(
      whole.faults.map(({ id }) => id).filter((id) => !id.endsWith(nonce)),
    );
    expect(smaller?.intents).toEqual(whole.intents);
  });

  test('is healed by what can still come, or at the end', () => {
    const whole = drawn();
    const [first, second] = [theHit(whole, 0), theHit(whole, 1)];
    const free = whole.faults.map((fault) =>
      fault.id === `slow-${first.nonce}` ? { ...fault, trigger: { at: 'start' as const } } : fault,
    );
    const schedule = { ...whole, faults: free };
    const healOf = (smaller: Schedule | null) =>
      smaller?.faults.find(({ id }) => id === `slow-${first.nonce}`)?.heal;
    expect(healOf(without(schedule, [{ kind: 'fault', id: `lost-${first.nonce}` }]))).toEqual({
      at: 'elapsed',
      ms: 500,
    });
    expect(healOf(without(schedule, [{ kind: 'intent', nonce: second.nonce }]))?.at).toBe('any');
    const atOnce = { at: 'off' as const, fault: `lost-${first.nonce}` };
    const single = {
      ...schedule,
      faults: free.map((fault) => (fault.id === `slow-${first.nonce}` ? { ...fault, heal: atOnce } : fault)),
    };
    expect(healOf(without(single, [{ kind: 'intent', nonce: first.nonce }]))).toEqual({ at: 'end' });
  });

  test('takes products along that nobody buys any more', () => {
    const whole = drawn();
    expect(whole.products.length).toBeGreaterThan(0);
    const buyers = whole.intents.filter(({ lines }) =>
      lines.some(({ sku }) => sku === whole.products[0]?.sku),
    );
    const smaller = without(
      whole,
      buyers.map(({ nonce }) => ({ kind: 'intent', nonce })),
    );
    expect(smaller?.products).toEqual(whole.products.slice(1));
  });

  test('leaves what can be played, or nothing', () => {
    const whole = drawn();
    for (const kind of ['fault', 'client', 'intent'] as const) {
      for (const part of partsOf(whole, kind)) {
        const smaller = without(whole, [part]);
        expect(smaller === null ? ['nothing'] : [...complaintsAbout(smaller)]).toEqual([]);
      }
    }
    expect(without(whole, partsOf(whole, 'intent'))).toBeNull();
  });
});

describe('shrinking', () => {
  test('comes down to the one fault and the two purchases that it takes', async () => {
    const whole = drawn();
    const [hit, other] = [theHit(whole), theHit(whole, 3)];
    const needed = [{ id: `lost-${hit.nonce}` }, { nonce: hit.nonce }, { nonce: other.nonce }];
    const budget = new Budget({ runsMax: 500 });
    const { schedule, isMinimal } = await shrinkSchedule(whole, {
      reproduces: async (candidate) => needed.every((part) => has(candidate, part)),
      tries: 1,
      budget,
    });
    expect(isMinimal).toBe(true);
    expect(schedule.faults.map(({ id }) => id)).toEqual([`lost-${hit.nonce}`]);
    expect(schedule.intents.map(({ nonce }) => nonce).toSorted()).toEqual(
      [hit.nonce, other.nonce].toSorted(),
    );
    expect(budget.runs).toBeLessThan(60);
  });

  test('counts only what was seen to reproduce, however seldom it does', async () => {
    const whole = drawn();
    const { nonce } = theHit(whole);
    const random = randomStream('seed', 'flaky');
    const reproduced: Schedule[] = [];
    const { schedule } = await shrinkSchedule(whole, {
      async reproduces(candidate) {
        const isSeen = has(candidate, { nonce }) && random.number() < 0.5;
        if (isSeen) reproduced.push(candidate);
        return isSeen;
      },
      tries: 6,
      budget: new Budget({ runsMax: 2_000 }),
    });
    expect(reproduced).toContainEqual(schedule);
    expect(schedule.intents).toHaveLength(1);
    expect(schedule.faults).toEqual([]);
  });

  test('ends when the budget is spent, with the smallest so far', async () => {
    const whole = drawn();
    const { nonce } = theHit(whole);
    const steps: (boolean | null)[] = [];
    const budget = new Budget({ runsMax: 7 });
    const { schedule, isMinimal } = await shrinkSchedule(whole, {
      reproduces: async (candidate) => has(candidate, { id: `lost-${nonce}` }),
      tries: 2,
      budget,
      told: ({ reproduced }) => steps.push(reproduced),
    });
    expect({ isMinimal, runs: budget.runs, last: steps.at(-1) }).toEqual({
      isMinimal: false,
      runs: 7,
      last: null,
    });
    expect(schedule.faults.length).toBeLessThan(whole.faults.length);
    expect(has(schedule, { id: `lost-${nonce}` })).toBe(true);
  });

  test('ends when the time is over', async () => {
    let isOver = false;
    const budget = new Budget({ runsMax: 100, isOver: () => isOver });
    await shrinkSchedule(drawn(), {
      async reproduces() {
        isOver = true;
        return true;
      },
      tries: 1,
      budget,
    });
    expect(budget.runs).toBe(1);
  });

  test('of what nothing reproduces any more leaves everything', async () => {
    const whole = drawn();
    const { schedule, isMinimal } = await shrinkSchedule(whole, {
      reproduces: async () => false,
      tries: 1,
      budget: new Budget({ runsMax: 1_000 }),
    });
    expect(schedule).toEqual(whole);
    expect(isMinimal).toBe(true);
  });
});
