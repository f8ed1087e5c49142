import { describe, expect, it } from 'vitest';
import { useSandbox } from './testing/use-sandbox.ts';

describe('the request log', () => {
  const sandbox = useSandbox();

  it('holds every request with what became of it, duplicates included', async () => {
    const intent = await sandbox.client.createIntent();
    await sandbox.client.confirm(intent, 'pm_card_visa_n1', { key: 'k1' });
    await sandbox.client.confirm(intent, 'pm_card_visa_n1', { key: 'k1' });
    await sandbox.client.confirm(intent, 'pm_card_visa_n2', { key: 'k1' });
    await sandbox.client.confirm(intent, 'pm_nobody', { key: 'k2' });
    await sandbox.client.get(`/v1/payment_intents/${intent}`);
    await sandbox.client.untilNothingIsOpen();

    const log = await sandbox.client.requests();
    expect(
      log.map((entry) => [
        entry.seq,
        entry.method,
        entry.idempotencyKey,
        entry.paymentMethod,
        entry.outcome,
        entry.status,
      ]),
    ).toEqual([
      [1, 'POST', null, null, 'executed', 200],
      [2, 'POST', 'k1', 'pm_card_visa_n1', 'executed', 200],
      [3, 'POST', 'k1', 'pm_card_visa_n1', 'replayed', 200],
      [4, 'POST', 'k1', 'pm_card_visa_n2', 'idempotency_error', 400],
      [5, 'POST', 'k2', 'pm_nobody', 'rejected', 400],
      [6, 'GET', null, null, 'executed', 200],
    ]);
    for (const entry of log) {
      expect(entry).toMatchObject({ answered: true, paramsHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect(entry.finishedAtMs).toBeTypeOf('number');
    }
  });

  it('holds refused strangers too, but not those who only watch', async () => {
    await fetch(`${sandbox.process.url}/v1/payment_intents`, { method: 'POST' });
    await sandbox.client.ledger();
    expect(await sandbox.client.get('/health')).toMatchObject({ status: 200, json: { status: 'ok' } });
    await sandbox.client.untilNothingIsOpen();
    expect(await sandbox.client.requests()).toMatchObject([{ outcome: 'rejected', status: 401 }]);
  });
});
