import { describe, expect, test } from 'vitest';
import { resend } from '../faults/client/resend.ts';
import { sticky } from '../faults/client/sticky.ts';
import { planned } from '../faults/fault.ts';
import { Nemesis } from '../faults/nemesis.ts';
import { siteOf } from '../faults/testing/site.ts';
import { noQuirks } from '../clients/quirks.ts';
import type { Quirks } from '../clients/quirks.ts';
import type { PayEnd } from '../clients/shopper.ts';
import { HistoryRecorder } from '../history/recorder.ts';
import { randomStream } from '../random.ts';
import { drawIntent } from '../schedule/draw-intent.ts';
import type { HealMoment, Moment } from '../schedule/moment.ts';
import type { PlannedFault, PlannedIntent } from '../schedule/schedule.ts';
import { Unreachable } from '../topology/unreachable.ts';
import { until } from '../topology/until.ts';
import { perform } from './driver.ts';
import { Evidence } from './evidence.ts';
import type { Run } from './run.ts';

const PAID: PayEnd = { type: 'unknown', why: 'it' };

/** A customer of this test: what their press of Pay does. */
type Press = (intent: PlannedIntent) => Promise<void>;

/** A run whose shop is what the customers of the test do; its faults are real, of machines that only they have. */
function stage(
  faults: PlannedFault[],
  howMany = 2,
  press: Press = () => Promise.resolve(),
  prepare: Press = () => Promise.resolve(),
  { areOver = false } = {},
) {
  const intents = Array.from({ length: howMany }, (_, index) =>
    drawIntent(randomStream('driver', String(index)), {
      client: 'plain',
      customer: `plain-${index + 1}`,
      role: 'buy',
      ownProduct: false,
      node: 1,
    }),
  );
  const history = new HistoryRecorder(null);
  const quirks = new Map<string, Quirks>(intents.map(({ customer }) => [customer, noQuirks()]));
  const pressed: string[] = [];
  const watch = {
    arrivals: (intent: string | null = null) =>
      pressed.filter((nonce) => intent === null || nonce === intent).map(() => ({ node: 'web-1' })),
    attempts: (intent: string) => pressed.filter((nonce) => nonce === intent).map(() => ({ completion: {} })),
    get attemptsEnded() {
      return pressed.length;
    },
  };
  const seen = () =>
    pressed.map((intent) => ({ intent, phase: 'sent' as const, nodes: ['web-1'], takenOver: false }));
  const site = siteOf({
    watch: watch as never,
    links: { leftovers: () => Promise.resolve([]) } as never,
    operations: () => Promise.resolve(areOver ? [] : seen()),
    overSince: seen,
    intentOf: (customer) =>
      intents.find((intent) => intent.customer === customer) ?? (intents[0] as PlannedIntent),
    quirks: (customer) => quirks.get(customer) ?? noQuirks(),
  });
  const run = {
    schedule: { faults, intents },
    workload: intents,
    unharmed: intents.filter(({ hit }) => hit === null),
    rounds: [],
    history,
    evidence: new Evidence(history),
    signal: new AbortController().signal,
    site,
    nemesis: new Nemesis(site, history),
    topology: { watch, commitLog: { commitOfPaidOrder: () => null } },
    intent: (nonce: string) => intents.find((intent) => intent.nonce === nonce),
    shopper: (intent: PlannedIntent) => ({
      prepare: () => prepare(intent),
      pay: async () => {
        pressed.push(intent.nonce);
        await press(intent);
        return PAID;
      },
    }),
  } as unknown as Run;
  const told = () =>
    history.events
      .filter((event) => event.type === 'fault')
      .filter(({ phase }) => phase !== 'hit' && phase !== 'evidence')
      .map(({ phase, value }) => `${phase} ${(value as { id: string }).id}`);
  return { run, intents, quirks, told, history };
}

const NONCES = [0, 1].map(
  (index) =>
    drawIntent(randomStream('driver', String(index)), {
      client: 'plain',
      customer: 'x',
      role: 'buy',
      ownProduct: false,
      node: 1,
    }).nonce,
);
const [first = '', second = ''] = NONCES;

const fault = (id: string, customer: string, trigger: Moment, heal: HealMoment) =>
  planned(sticky, id, customer, {}, { trigger, heal });

describe('the driver', () => {
  test('makes a fault at its moment, and takes it off at the other', async () => {
    let during: Quirks | undefined;
    const { run, quirks, told } = stage(
      [fault('one', 'plain-1', { at: 'arrived', intent: first, attempt: 1 }, { at: 'elapsed', ms: 30 })],
      1,
      async () => {
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
        during = { ...(quirks.get('plain-1') ?? noQuirks()) };
      },
    );
    await perform(run);
    expect(during?.isSticky).toBe(true);
    expect(quirks.get('plain-1')).toEqual(noQuirks());
    expect(told()).toEqual(['inject one', 'heal one']);
  });

  test('a moment that never comes is written down, and so is all that waits for it', async () => {
    const { run, told } = stage([
      fault('never', 'plain-1', { at: 'arrivals', count: 99 }, { at: 'end' }),
      fault('after-it', 'plain-2', { at: 'off', fault: 'never' }, { at: 'end' }),
    ]);
    await perform(run);
    expect(told().toSorted()).toEqual(['missed after-it', 'missed never']);
  });

  test('faults that wait for each other come in their order', async () => {
    const { run, told } = stage(
      [
        fault('two', 'plain-2', { at: 'on', fault: 'one' }, { at: 'end' }),
        fault('one', 'plain-1', { at: 'start' }, { at: 'on', fault: 'two' }),
      ],
      2,
      () =>
        new Promise((resolve) => {
          setTimeout(resolve, 80);
        }),
    );
    await perform(run);
    expect(told()).toEqual(['inject one', 'inject two', 'heal one', 'heal two']);
  });

  test('a customer whose fault has to wait for its target waits with it', async () => {
    const onAtPress: string[][] = [];
    const times = (intent: string) =>
      ({ trigger: { at: 'arrived', intent, attempt: 1 }, heal: { at: 'elapsed', ms: 20 } }) as const;
    const { run, told, history } = stage(
      [
        planned(sticky, 'one', 'plain-1', {}, times(first)),
        planned(resend, 'two', 'plain-1', {}, times(second)),
      ],
      2,
      () => {
        onAtPress.push(history.faultsOn());
        return Promise.resolve();
      },
      // The second comes to the button when the first one's fault is on.
      async (intent) => {
        if (intent.nonce === second)
          await until(() => history.faultsOn().length > 0, { what: 'a fault', limitMs: 1_000, pauseMs: 1 });
      },
    );
    await perform(run);
    expect(onAtPress).toEqual([[], []]);
    expect([
      ['inject one', 'heal one', 'inject two', 'heal two'],
      ['inject two', 'heal two', 'inject one', 'heal one'],
    ]).toContainEqual(told());
  });

  test('a customer who crashes leaves no fault behind', async () => {
    const { run, quirks, told } = stage([fault('one', 'plain-2', { at: 'start' }, { at: 'end' })], 2, () =>
      Promise.reject(new Error('the harness is broken')),
    );
    await expect(perform(run)).rejects.toThrow('the harness is broken');
    expect(quirks.get('plain-2')).toEqual(noQuirks());
    expect(told()).toEqual(['inject one', 'heal one']);
  });

  test('what healing waits for may never come: when all have gone it is healed', async () => {
    const { run, told } = stage([fault('one', 'plain-1', { at: 'start' }, { at: 'paid', intent: first })]);
    await perform(run);
    expect(told()).toEqual(['inject one', 'heal one']);
  });

  test('a fault may stay until all have gone, its own customer too', async () => {
    const { run, told } = stage([
      fault('one', 'plain-1', { at: 'arrived', intent: first, attempt: 1 }, { at: 'end' }),
    ]);
    await perform(run);
    expect(told()).toEqual(['inject one', 'heal one']);
  });

  test('a press waits for its moment', async () => {
    const { run, intents, told } = stage([fault('one', 'plain-2', { at: 'start' }, { at: 'end' })]);
    for (const intent of intents) intent.pressAt = { at: 'on', fault: 'one' };
    await perform(run);
    expect(told()).toEqual(['inject one', 'heal one']);
  });

  test('whom it hit is written down, and that it bit them', async () => {
    const { run, history } = stage(
      [fault('one', 'plain-1', { at: 'arrived', intent: first, attempt: 1 }, { at: 'elapsed', ms: 60 })],
      1,
      async () => undefined,
    );
    // A second arrival at the same node is what this fault is felt by.
    await perform(run);
    const hit = history.events.filter((event) => event.type === 'fault' && event.phase === 'hit');
    expect(hit).toMatchObject([{ fault: 'sticky', value: { id: 'one', operations: [{ intent: first }] } }]);
  });

  test('whoever was done before anybody could look was hit too', async () => {
    const { run, history } = stage(
      [fault('one', 'plain-1', { at: 'start' }, { at: 'arrived', intent: first, attempt: 1 })],
      1,
      undefined,
      undefined,
      { areOver: true },
    );
    await perform(run);
    const hit = history.events.filter((event) => event.type === 'fault' && event.phase === 'hit');
    expect(hit).toMatchObject([{ fault: 'sticky', value: { id: 'one', operations: [{ intent: first }] } }]);
  });

  test('two faults of one customer that want the same target take turns', async () => {
    const times = {
      trigger: { at: 'arrived', intent: first, attempt: 1 },
      heal: { at: 'elapsed', ms: 20 },
    } as const;
    const { run, told } = stage([
      planned(sticky, 'one', 'plain-2', {}, times),
      planned(resend, 'two', 'plain-2', {}, times),
    ]);
    await perform(run);
    expect(told()).toEqual(['inject one', 'heal one', 'inject two', 'heal two']);
  });

  test('a fault whose target another has taken away is missed, and the others go on', async () => {
    const { run, told } = stage([
      fault('one', 'plain-1', { at: 'start' }, { at: 'end' }),
      fault('two', 'plain-2', { at: 'start' }, { at: 'end' }),
    ]);
    const inject = run.nemesis.inject.bind(run.nemesis);
    run.nemesis.inject = (planned) =>
      planned.id === 'one' ? Promise.reject(new Unreachable('the database is gone')) : inject(planned);
    await perform(run);
    expect(told().toSorted()).toEqual(['heal two', 'inject two', 'missed one']);
  });

  test('a fault that stays until all have gone makes room for a customer who waits for its target', async () => {
    const { run, told, history } = stage(
      [
        fault('one', 'plain-1', { at: 'start' }, { at: 'end' }),
        planned(
          resend,
          'two',
          'plain-1',
          {},
          { trigger: { at: 'arrived', intent: first, attempt: 1 }, heal: { at: 'elapsed', ms: 20 } },
        ),
      ],
      2,
      undefined,
      async () => {
        await until(() => history.faultsOn().length > 0, { what: 'a fault', limitMs: 1_000, pauseMs: 1 });
      },
    );
    await perform(run);
    expect(told()).toEqual(['inject one', 'heal one', 'inject two', 'heal two']);
  });
});
