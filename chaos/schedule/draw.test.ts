import { describe, expect, test } from 'vitest';
import { answerLost, planned } from '../faults/index.ts';
import { CLIENT_LIMITS } from '../run/limits.ts';
import { scenarios } from '../scenarios/index.ts';
import { drawSchedule } from './draw.ts';
import type { DrawOptions, HitPlan } from './draw.ts';
import { parseSchedules, scheduleFile } from './schedule-file.ts';
import { PARTS } from './schedule.ts';
import type { Part } from './schedule.ts';

const HITS: HitPlan[] = [
  { name: 'lost' },
  { name: 'lost', role: 'give-up' },
  { name: 'held', ownProduct: true, node: { plain: 1, product: 2 } },
];

const faults: DrawOptions['faults'] = ({ hit }) =>
  hit('lost').map(({ nonce: intent, homeNode }) =>
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
  );

function draw(part: Part = 'protected', seed = 'seed', hits = HITS) {
  const topology = { webNodes: 2, workers: 1 };
  const limits = CLIENT_LIMITS;
  return drawSchedule({
    seed,
    scenario: 'test',
    part,
    topology,
    limits,
    hits,
    rounds: 1,
    faults,
  });
}

describe('the schedule', () => {
  test('is the seed’s alone', () => {
    expect(draw()).toEqual(draw());
    expect(draw('protected', 'other').intents).not.toEqual(draw().intents);
  });

  test('gives both clients every hit and every role, and no two intents one nonce', () => {
    const { intents } = draw();
    expect(new Set(intents.map(({ nonce }) => nonce)).size).toBe(intents.length);
    for (const client of ['plain', 'product'] as const) {
      const mine = intents.filter((intent) => intent.client === client);
      expect(
        mine
          .filter(({ hit }) => hit !== null)
          .map(({ hit, role }) => `${hit} ${role}`)
          .toSorted(),
      ).toEqual(['held buy', 'lost buy', 'lost give-up']);
      expect(mine.filter(({ role }) => role === 'double-submit')).toHaveLength(2);
    }
    expect(intents.filter(({ role }) => role === 'reuse-key').map(({ client }) => client)).toEqual(['plain']);
  });

  test('the card says what was planted, and the nonce is in card and address', () => {
    for (const { nonce, email, paymentMethod, role, planted } of draw().intents) {
      expect(email).toBe(`${nonce}@chaos.example`);
      expect(paymentMethod.endsWith(`_${nonce}`)).toBe(true);
      expect(paymentMethod.includes('Declined')).toBe(role.startsWith('decline'));
      expect(planted.length > 0).toBe(role.startsWith('decline') || role === 'reuse-key');
    }
  });

  test('a hit that locks its rows has a product and a node of its own', () => {
    const schedule = draw();
    const held = schedule.intents.filter(({ hit }) => hit === 'held');
    expect(held.map(({ client, homeNode }) => [client, homeNode])).toEqual([
      ['plain', 1],
      ['product', 2],
    ]);
    expect(schedule.products).toHaveLength(2);
    expect(
      schedule.intents.filter(({ lines }) => lines.some(({ sku }) => sku.startsWith('CHAOS-'))),
    ).toHaveLength(2);
  });

  test('a control does nothing that doubles by itself, and without the fault nothing is hit', () => {
    const [calm, hit] = [draw('control-without-fault'), draw('control-with-fault')];
    for (const { intents } of [calm, hit]) {
      expect(intents.every(({ role }) => role === 'buy' || role === 'give-up')).toBe(true);
    }
    expect(calm.intents.every((intent) => intent.hit === null)).toBe(true);
    expect(hit.intents.some((intent) => intent.hit !== null)).toBe(true);
    const nonces = new Set([...calm.intents, ...hit.intents].map(({ nonce }) => nonce));
    expect(nonces.size).toBe(calm.intents.length + hit.intents.length);
  });

  test('has faults for those whom they happen to, and none in the control without them', () => {
    const { faults: all, intents } = draw();
    const lost = intents.filter(({ hit }) => hit === 'lost');
    expect(all.map(({ id }) => id)).toEqual(lost.map(({ nonce }) => `lost-${nonce}`));
    expect(draw('control-without-fault').faults).toEqual([]);
  });

  test.each(scenarios)('$name: what is drawn can be saved and played again', ({ name, draw: drawIt }) => {
    for (const part of PARTS) {
      const schedule = drawIt({ seed: name, part, smoke: false });
      expect(parseSchedules(JSON.stringify(scheduleFile([schedule])), name)).toEqual([schedule]);
      expect(drawIt({ seed: name, part, smoke: false })).toEqual(schedule);
    }
  });

  test('another hit draws nothing away from the client that has it not', () => {
    const before = draw().intents.map(({ nonce }) => nonce);
    const after = draw('protected', 'seed', [...HITS, { name: 'more' }]).intents.map(({ nonce }) => nonce);
    expect(after).toEqual(expect.arrayContaining(before));
  });
});
