import { describe, expect, it } from 'vitest';
import { hashParams } from './idempotency.ts';
import { useSandbox } from './testing/use-sandbox.ts';

describe('the same parameters', () => {
  const hash = (...entries: [string, string][]) => hashParams('POST', '/v1/x', entries);

  it('may come in another order', () => {
    expect(hash(['a', '1'], ['b', '2'])).toBe(hash(['b', '2'], ['a', '1']));
  });

  it('are other ones with another value, name, method or path', () => {
    const hashes = [
      hash(['a', '1']),
      hash(['a', '2']),
      hash(['b', '1']),
      hash(['a', '1'], ['b', '']),
      hash(['l[]', '1'], ['l[]', '2']),
      hash(['l[]', '2'], ['l[]', '1']),
      hashParams('POST', '/v1/y', [['a', '1']]),
      hashParams('GET', '/v1/x', [['a', '1']]),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('an idempotency key', () => {
  const sandbox = useSandbox({ slowMs: 150 });

  it.each([
    ['pm_card_visa', 200],
    ['pm_card_chargeDeclined', 402],
    ['pm_card_serverError', 500],
  ])('replays the answer to %s (%i), byte for byte', async (card, status) => {
    const intent = await sandbox.client.createIntent();
    const first = await sandbox.client.confirm(intent, card, { key: 'k1' });
    const second = await sandbox.client.confirm(intent, card, { key: 'k1' });

    expect([first.status, second.status]).toEqual([status, status]);
    expect(second.text).toBe(first.text);
    expect(first.headers.get('Idempotent-Replayed')).toBeNull();
    expect(second.headers.get('Idempotent-Replayed')).toBe('true');
    expect(second.headers.get('Original-Request')).toBe(first.headers.get('Request-Id'));
    expect((await sandbox.client.ledger()).charges).toHaveLength(1);
  });

  it('replays what was true then, not what is true now', async () => {
    const intent = await sandbox.client.createIntent();
    const declined = await sandbox.client.confirm(intent, 'pm_card_chargeDeclined', { key: 'k1' });
    await sandbox.client.confirm(intent, 'pm_card_visa', { key: 'k2' });
    const replay = await sandbox.client.confirm(intent, 'pm_card_chargeDeclined', { key: 'k1' });
    expect(replay.text).toBe(declined.text);
  });

  it('replays the refusal of a wrong state', async () => {
    const intent = await sandbox.client.createIntent();
    await sandbox.client.confirm(intent, 'pm_card_visa', { key: 'k1' });
    await sandbox.client.confirm(intent, 'pm_card_visa', { key: 'k2' });
    const replay = await sandbox.client.confirm(intent, 'pm_card_visa', { key: 'k2' });
    expect(replay.headers.get('Idempotent-Replayed')).toBe('true');
    expect(replay.json.error.code).toBe('payment_intent_unexpected_state');
  });

  it('makes one intent of two creations', async () => {
    const params = { amount: '1999', currency: 'eur' };
    const first = await sandbox.client.post('/v1/payment_intents', params, { key: 'k1' });
    const second = await sandbox.client.post('/v1/payment_intents', params, { key: 'k1' });
    expect(second.json.id).toBe(first.json.id);
    expect((await sandbox.client.ledger()).intents).toHaveLength(1);
  });

  it('refuses other parameters', async () => {
    const intent = await sandbox.client.createIntent();
    await sandbox.client.confirm(intent, 'pm_card_chargeDeclined', { key: 'k1' });
    const other = await sandbox.client.confirm(intent, 'pm_card_visa', { key: 'k1' });
    expect([other.status, other.json.error.type]).toEqual([400, 'idempotency_error']);
    const elsewhere = await sandbox.client.post(`/v1/payment_intents/${intent}/cancel`, {}, { key: 'k1' });
    expect([elsewhere.status, elsewhere.json.error.type]).toEqual([400, 'idempotency_error']);
    expect((await sandbox.client.ledger()).intents).toMatchObject([{ status: 'requires_payment_method' }]);
  });

  it('is free again after a request that failed validation', async () => {
    const intent = await sandbox.client.createIntent();
    expect((await sandbox.client.confirm(intent, 'pm_nobody', { key: 'k1' })).status).toBe(400);
    const valid = await sandbox.client.confirm(intent, 'pm_card_visa', { key: 'k1' });
    expect(valid.json.status).toBe('succeeded');
  });

  it('has at most 255 characters', async () => {
    const params = { amount: '1999', currency: 'eur' };
    const reply = await sandbox.client.post('/v1/payment_intents', params, { key: 'k'.repeat(256) });
    expect(reply.status).toBe(400);
    expect((await sandbox.client.ledger()).intents).toEqual([]);
  });

  it('is no key on a GET', async () => {
    const intent = await sandbox.client.createIntent();
    const get = () =>
      fetch(`${sandbox.process.url}/v1/payment_intents/${intent}`, {
        headers: { Authorization: 'Bearer sk_test_x', 'Idempotency-Key': 'k1' },
      });
    await get();
    await sandbox.client.confirm(intent, 'pm_card_visa', { key: 'k1' });
    expect(await (await get()).json()).toMatchObject({ status: 'succeeded' });
  });

  it('lets twenty copies at once charge once', async () => {
    const intent = await sandbox.client.createIntent();
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => sandbox.client.confirm(intent, 'pm_card_visa', { key: 'k1' })),
    );
    expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
    expect((await sandbox.client.ledger()).charges).toHaveLength(1);
  });

  it('replays a slow answer at once when it has been given', async () => {
    const intent = await sandbox.client.createIntent();
    const slow = await sandbox.client.confirm(intent, 'pm_card_slow', { key: 'k1' });
    const replay = await sandbox.client.confirm(intent, 'pm_card_slow', { key: 'k1' });
    expect(replay.text).toBe(slow.text);
    expect(replay.headers.get('Idempotent-Replayed')).toBe('true');
  });
});

describe('a key whose first request is still under way', () => {
  // Longer than any test: what is slow here never becomes fast.
  const sandbox = useSandbox({ slowMs: 600_000 });

  it('is in use, though the charge is made and the first client has left', async () => {
    const intent = await sandbox.client.createIntent();
    const client = new AbortController();
    const first = sandbox.client.confirm(intent, 'pm_card_slow', { key: 'k1', signal: client.signal });
    await sandbox.client.untilCharged(intent);
    const during = await sandbox.client.confirm(intent, 'pm_card_slow', { key: 'k1' });
    client.abort();
    await expect(first).rejects.toThrow('aborted');
    const after = await sandbox.client.confirm(intent, 'pm_card_slow', { key: 'k1' });

    for (const reply of [during, after]) {
      expect([reply.status, reply.json.error.code]).toEqual([409, 'idempotency_key_in_use']);
    }
    expect(await sandbox.client.open()).toBe(1);
  });

  it('does not keep other keys from being served', async () => {
    const [slow, quick] = [await sandbox.client.createIntent(), await sandbox.client.createIntent()];
    const client = new AbortController();
    const pending = sandbox.client.confirm(slow, 'pm_card_slow', { key: 'k1', signal: client.signal });
    await sandbox.client.untilCharged(slow);
    expect((await sandbox.client.confirm(quick, 'pm_card_visa', { key: 'k2' })).status).toBe(200);
    client.abort();
    await expect(pending).rejects.toThrow('aborted');
  });

  it('gets no answer at all from the card that never answers, nor does its replay', async () => {
    const intent = await sandbox.client.createIntent();
    const client = new AbortController();
    const options = { key: 'k1', signal: client.signal };
    const answers = [sandbox.client.confirm(intent, 'pm_card_neverAnswers', options)];
    await sandbox.client.untilCharged(intent);
    answers.push(sandbox.client.confirm(intent, 'pm_card_neverAnswers', options));
    const settled = Promise.allSettled(answers);
    await expect.poll(() => sandbox.client.open()).toBe(2);

    const retrieved = await sandbox.client.get(`/v1/payment_intents/${intent}`);
    expect(retrieved.json.status).toBe('succeeded');

    client.abort();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await sandbox.client.untilNothingIsOpen();
    const confirms = (await sandbox.client.requests()).filter(({ path }) => path.endsWith('/confirm'));
    expect(confirms.map(({ outcome, answered }) => [outcome, answered])).toEqual([
      ['executed', false],
      ['replayed', false],
    ]);
    expect((await sandbox.client.ledger()).charges).toHaveLength(1);
  });
});
