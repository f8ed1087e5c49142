import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { useSandbox } from './testing/use-sandbox.ts';

describe('a sandbox that is killed', () => {
  const sandbox = useSandbox({ slowMs: 600_000 });

  it('remembers the charge and replays its answer, killed after the commit and before the answer', async () => {
    const intent = await sandbox.client.createIntent();
    const lost = Promise.allSettled([sandbox.client.confirm(intent, 'pm_card_slow', { key: 'k1' })]);
    await sandbox.client.untilCharged(intent);
    await sandbox.process.kill();
    expect(await lost).toMatchObject([{ status: 'rejected' }]);

    await sandbox.restart();
    // The crashed process held this key in use; that claim died with it.
    const replay = await sandbox.client.confirm(intent, 'pm_card_slow', { key: 'k1' });
    expect(replay.headers.get('Idempotent-Replayed')).toBe('true');
    expect(replay.json).toMatchObject({ id: intent, status: 'succeeded' });
    expect((await sandbox.client.ledger()).charges).toHaveLength(1);
  });

  it('has executed nothing of a request whose last byte had not come', async () => {
    const intent = await sandbox.client.createIntent();
    const body = 'payment_method=pm_card_visa';
    const { hostname, port } = new URL(sandbox.process.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(
      [
        `POST /v1/payment_intents/${intent}/confirm HTTP/1.1`,
        'Host: sandbox',
        'Authorization: Bearer sk_test_sandbox',
        'Idempotency-Key: k1',
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${body.length}`,
        '',
        body.slice(0, -1),
      ].join('\r\n'),
    );
    await expect.poll(() => sandbox.client.open()).toBe(1);
    const closed = once(socket, 'close');
    await sandbox.process.kill();
    await closed;

    await sandbox.restart();
    expect((await sandbox.client.ledger()).charges).toEqual([]);
    const executed = await sandbox.client.confirm(intent, 'pm_card_visa', { key: 'k1' });
    expect(executed.headers.get('Idempotent-Replayed')).toBeNull();
    expect(executed.json.status).toBe('succeeded');
  });

  it('has either both or neither of charge and stored answer, killed amid many', async () => {
    const intents = await Promise.all(Array.from({ length: 60 }, () => sandbox.client.createIntent()));
    const confirmAll = () =>
      intents.map((intent) => sandbox.client.confirm(intent, 'pm_card_visa', { key: `key of ${intent}` }));
    const burst = confirmAll();
    const settled = Promise.allSettled(burst);
    await Promise.race(burst);
    await sandbox.process.kill();
    await settled;

    await sandbox.restart();
    const chargedBefore = new Set(
      (await sandbox.client.ledger()).charges.map((charge) => charge.payment_intent),
    );
    const replies = await Promise.all(confirmAll());

    for (const [index, reply] of replies.entries()) {
      expect(reply.json.status).toBe('succeeded');
      const replayed = reply.headers.get('Idempotent-Replayed') === 'true';
      expect(replayed).toBe(chargedBefore.has(intents[index] ?? ''));
    }
    const { charges } = await sandbox.client.ledger();
    expect(charges.map((charge) => charge.payment_intent).toSorted()).toEqual(intents.toSorted());
  });

  it('keeps its request log: what it could not finish stays unfinished', async () => {
    const intent = await sandbox.client.createIntent();
    const lost = Promise.allSettled([sandbox.client.confirm(intent, 'pm_card_slow_n1', { key: 'k1' })]);
    await sandbox.client.untilCharged(intent);
    await sandbox.process.kill();
    expect(await lost).toMatchObject([{ status: 'rejected' }]);

    await sandbox.restart();
    expect(await sandbox.client.requests()).toMatchObject([
      { seq: 1, outcome: 'executed', answered: true },
      { seq: 2, outcome: 'executed', status: 200, answered: false, finishedAtMs: null },
    ]);
    expect(await sandbox.client.open()).toBe(0);
  });
});

describe('a sandbox that is asked to stop', () => {
  const sandbox = useSandbox({ slowMs: 600_000 });

  it('cuts held answers, logs them as finished, and exits with 0', async () => {
    const [slow, never] = [await sandbox.client.createIntent(), await sandbox.client.createIntent()];
    const held = Promise.allSettled([
      sandbox.client.confirm(slow, 'pm_card_slow'),
      sandbox.client.confirm(never, 'pm_card_neverAnswers'),
    ]);
    await Promise.all([sandbox.client.untilCharged(slow), sandbox.client.untilCharged(never)]);
    expect(await sandbox.process.stop()).toBe(0);
    expect((await held).map(({ status }) => status)).toEqual(['rejected', 'rejected']);

    await sandbox.restart();
    const confirms = (await sandbox.client.requests()).filter(({ path }) => path.endsWith('/confirm'));
    expect(confirms).toHaveLength(2);
    for (const { answered, finishedAtMs } of confirms) {
      expect(answered).toBe(false);
      expect(finishedAtMs).not.toBeNull();
    }
  });
});
