import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../topology/until.ts';
import type { Fault } from '../fault.ts';
import { FaultyLinks } from '../testing/faulty-links.ts';
import { answerCut } from './answer-cut.ts';
import { answerHeld } from './answer-held.ts';
import { answerLost } from './answer-lost.ts';
import { bandwidth } from './bandwidth.ts';
import { cut } from './cut.ts';
import { down } from './down.ts';
import { lateDelivery } from './late-delivery.ts';
import { latency } from './latency.ts';
import { partition } from './partition.ts';
import { requestCut } from './request-cut.ts';
import { reset } from './reset.ts';
import { slicer } from './slicer.ts';
import { slowClose } from './slow-close.ts';

let stage: FaultyLinks;
beforeAll(async () => (stage = await FaultyLinks.start()));
afterEach(() => stage.hangUp());
afterAll(() => stage.stop());

describe('faults on a real Toxiproxy', () => {
  test('latency delays every answer, and heals on open connections', async () => {
    const { nemesis, call, plan } = await stage.toEcho();
    const caller = await call();
    caller.say('a');
    await caller.hears('a');
    const injected = await nemesis.inject(
      plan(latency, { delayMs: 150, jitterMs: 0, direction: 'downstream' }),
    );
    const sent = performance.now();
    caller.say('b');
    await caller.hears('b');
    expect(performance.now() - sent).toBeGreaterThan(140);
    await injected.heal();
    const again = performance.now();
    caller.say('c');
    await caller.hears('c');
    expect(performance.now() - again).toBeLessThan(100);
  });

  test('answer-lost delivers the request and ends the connection without a byte', async () => {
    const { name, nemesis, links, call, plan } = await stage.toEcho();
    const before = await links.bytes(name, 'downstream');
    const caller = await call();
    await nemesis.inject(plan(answerLost, {}));
    caller.say('paid');
    expect(await caller.ends()).toBe('fin');
    expect(caller.text).toBe('');
    expect(stage.echo.heard).toContain('paid');
    caller.destroy();
    const after = await until(
      async () => {
        const bytes = await links.bytes(name, 'downstream');
        return bytes.received > before.received ? bytes : null;
      },
      { what: 'the count', limitMs: 2_000 },
    );
    expect(after).toEqual({ received: 4, sent: 0 });
  });

  test('answer-cut lets the first bytes through', async () => {
    const { nemesis, call, plan } = await stage.toEcho();
    await nemesis.inject(plan(answerCut, { afterBytes: 3 }));
    const caller = await call();
    caller.say('abcdef');
    await caller.ends();
    expect(caller.text).toBe('abc');
  });

  test('answer-held keeps the answer until it is healed', async () => {
    const { nemesis, call, plan } = await stage.toEcho();
    const caller = await call();
    const injected = await nemesis.inject(plan(answerHeld, {}));
    caller.say('held');
    await until(() => stage.echo.heard.includes('held'), { what: 'the request', limitMs: 2_000 });
    await sleep(200);
    expect(caller.text).toBe('');
    await injected.heal();
    await caller.hears('held');
  });

  describe.each(['dropped', 'delivered'] as const)(
    'a partition whose bytes are %s afterwards',
    (afterwards) => {
      test('lets nothing pass on open and new connections, and tells nobody', async () => {
        const { nemesis, call, plan } = await stage.toEcho();
        const open = await call();
        await nemesis.inject(plan(partition, { direction: 'both', afterwards: afterwards }));
        const fresh = await call();
        open.say(`silence-${afterwards}`);
        fresh.say(`silence-${afterwards}`);
        await sleep(200);
        expect(stage.echo.heard).not.toContain(`silence-${afterwards}`);
        expect([open.end, fresh.end]).toEqual(['open', 'open']);
      });
    },
  );

  test('healing a partition whose bytes are delivered delivers them', async () => {
    const { nemesis, links, call, plan } = await stage.toEcho();
    const open = await call();
    const injected = await nemesis.inject(plan(partition, { direction: 'both', afterwards: 'delivered' }));
    const fresh = await call();
    open.say('from the open one');
    fresh.say('from the new one');
    await injected.heal();
    await open.hears('from the open one');
    await fresh.hears('from the new one');
    expect(await links.leftovers()).toEqual([]);
  });

  test('healing a partition whose bytes are dropped ends its connections', async () => {
    const { nemesis, call, plan } = await stage.toEcho();
    const open = await call();
    const injected = await nemesis.inject(plan(partition, { direction: 'both', afterwards: 'dropped' }));
    const fresh = await call();
    open.say('into the void');
    fresh.say('into the void');
    await sleep(50);
    await injected.heal();
    await open.ends();
    await fresh.ends();
    expect(stage.echo.heard).not.toContain('into the void');
  });

  test('cut ends idle connections at once', async () => {
    const { nemesis, call, plan } = await stage.toEcho();
    const caller = await call();
    caller.say('x');
    await caller.hears('x');
    await nemesis.inject(plan(cut, {}));
    await caller.ends(1_000);
  });

  test('reset ends new connections by RST', async () => {
    const { nemesis, call, plan } = await stage.toEcho();
    await nemesis.inject(plan(reset, { direction: 'downstream' }));
    const caller = await call();
    caller.say('x');
    expect(await caller.ends()).toBe('rst');
  });
});

/** Every fault of the family, in every direction that it has. */
const CASES: readonly [what: string, fault: Fault, params: Record<string, unknown>][] = [
  ['latency of answers', latency, { delayMs: 120, jitterMs: 0, direction: 'downstream' }],
  ['latency of questions', latency, { delayMs: 120, jitterMs: 0, direction: 'upstream' }],
  ['latency of both', latency, { delayMs: 120, jitterMs: 0, direction: 'both' }],
  ['jitter', latency, { delayMs: 200, jitterMs: 100, direction: 'downstream' }],
  ['a thin line', bandwidth, { bytesPerMs: 2, direction: 'downstream' }],
  ['a thin line to the server', bandwidth, { bytesPerMs: 2, direction: 'upstream' }],
  ['slices of the answer', slicer, { averageBytes: 32, pauseMs: 2, direction: 'downstream' }],
  ['slices of the question', slicer, { averageBytes: 16, pauseMs: 40, direction: 'upstream' }],
  ['a slow close', slowClose, { delayMs: 150 }],
  ['a dead line', partition, { direction: 'both', afterwards: 'dropped' }],
  ['a line that comes back', partition, { direction: 'both', afterwards: 'delivered' }],
  ['a dead way there', partition, { direction: 'upstream', afterwards: 'dropped' }],
  ['a dead way back', partition, { direction: 'downstream', afterwards: 'dropped' }],
  ['late delivery', lateDelivery, {}],
  ['an answer that is held', answerHeld, {}],
  ['an answer that is lost', answerLost, {}],
  ['an answer that is cut', answerCut, { afterBytes: 12 }],
  ['a request that is cut', requestCut, { afterBytes: 12 }],
  ['connections that end', cut, {}],
  ['a reset of the answer', reset, { direction: 'downstream' }],
  ['a reset of the question', reset, { direction: 'upstream' }],
  ['a link that is down', down, {}],
];

describe('each fault can be felt', () => {
  test.each(CASES)('%s: while it is on, and never after', async (_what, fault, params) => {
    const { nemesis, links, plan, name } = await stage.toServer();
    const injected = await nemesis.inject(plan(fault as Fault<Record<string, unknown>>, params));
    expect(await injected.felt(AbortSignal.abort())).toBe(true);
    await injected.heal();
    expect(await injected.felt(AbortSignal.abort())).toBe(false);
    expect(await links.ask(name, 2_000)).toMatchObject({ end: 'fin' });
    expect(await links.leftovers()).toEqual([]);
  });
});

test('a slicer without a size is refused: it would kill the whole server', () => {
  expect(slicer.params.safeParse({ averageBytes: 0, pauseMs: 1, direction: 'both' }).success).toBe(false);
  expect(slicer.params.safeParse({ pauseMs: 1, direction: 'both' }).success).toBe(false);
});

test('a link that is down refuses, and opens again on its own port', async () => {
  const { nemesis, call, plan } = await stage.toEcho();
  const open = await call();
  const injected = await nemesis.inject(plan(down, {}));
  await open.ends();
  await expect(call()).rejects.toThrow('ECONNREFUSED');
  await injected.heal();
  const again = await call();
  again.say('there');
  await again.hears('there');
});

test('late delivery: what was asked arrives when it is healed, though who asked has gone', async () => {
  const { nemesis, call, plan } = await stage.toEcho();
  const caller = await call();
  const injected = await nemesis.inject(plan(lateDelivery, {}));
  caller.say('late but whole');
  await sleep(100);
  caller.destroy();
  expect(stage.echo.heard).not.toContain('late but whole');
  await injected.heal();
  await until(() => stage.echo.heard.includes('late but whole'), { what: 'the late words', limitMs: 2_000 });
});

test('request-cut lets the first bytes through', async () => {
  const { nemesis, call, plan } = await stage.toEcho();
  await nemesis.inject(plan(requestCut, { afterBytes: 3 }));
  const caller = await call();
  caller.say('xyzabc');
  await caller.ends();
  expect(stage.echo.heard).toContain('xyz');
  expect(stage.echo.heard.join('')).not.toContain('xyza');
});
