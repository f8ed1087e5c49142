import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { answerLost } from './link/answer-lost.ts';
import { latency } from './link/latency.ts';
import { partition } from './link/partition.ts';
import { FaultyLinks } from './testing/faulty-links.ts';

let stage: FaultyLinks;
beforeAll(async () => (stage = await FaultyLinks.start()));
afterEach(() => stage.hangUp());
afterAll(() => stage.stop());

describe('the nemesis', () => {
  test('writes each fault and its healing into the history', async () => {
    const { name, history, nemesis, plan } = await stage.toEcho();
    const injected = await nemesis.inject(plan(answerLost, {}));
    expect(history.faultsOn()).toEqual(['answer-lost']);
    await injected.heal();
    await injected.heal();
    expect(history.faultsOn()).toEqual([]);
    const events = history.events.filter((event) => event.type === 'fault');
    expect(events).toMatchObject([
      { phase: 'inject', fault: 'answer-lost', target: name, value: { id: 'answer-lost', family: 'link' } },
      { phase: 'heal', fault: 'answer-lost', target: name, value: { id: 'answer-lost' } },
    ]);
  });

  test('takes turns on a link, and refuses a second fault at once', async () => {
    const { name, nemesis, plan } = await stage.toEcho();
    const order: string[] = [];
    const first = nemesis.alone([name], async () => {
      const injected = await nemesis.inject(plan(answerLost, {}));
      await expect(
        nemesis.inject(plan(latency, { delayMs: 1, jitterMs: 0, direction: 'downstream' })),
      ).rejects.toThrow('has a fault already');
      order.push('first');
      await injected.heal();
    });
    const second = nemesis.alone([name], () => Promise.resolve(order.push('second')));
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });

  test('heals everything, and finds a toxic that it did not make', async () => {
    const { name, nemesis, plan } = await stage.toEcho();
    await nemesis.inject(plan(partition, { direction: 'both', afterwards: 'delivered' }));
    await nemesis.healAll();
    await stage.toxiproxy.addToxic(name, {
      name: 'stranger',
      type: 'latency',
      stream: 'upstream',
      attributes: { latency: 1, jitter: 0 },
    });
    await expect(nemesis.healAll()).rejects.toThrow('still has stranger');
  });
});
