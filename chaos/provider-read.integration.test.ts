import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSandbox } from '../stack/index.ts';
import { readProvider } from './final-read.ts';
import { copyLedger, serveLedger } from './planted/ledger-copy.ts';

test('the ledger of the real sandbox is read whole, and so is its copy', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'chaos-ledger-'));
  try {
    await using sandbox = await startSandbox({ dataDir });
    const { url } = sandbox.process;
    const post = async (path: string, form: Record<string, string>, key: string) => {
      const response = await fetch(`${url}/v1/${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_sandbox', 'idempotency-key': key },
        body: new URLSearchParams(form),
      });
      return (await response.json()) as { id: string };
    };
    const amount = { amount: '1700', currency: 'eur' };
    const paid = await post('payment_intents', amount, 'open-1');
    const declined = await post('payment_intents', amount, 'open-2');
    await post(`payment_intents/${paid.id}/confirm`, { payment_method: 'pm_card_visa_ada1' }, 'confirm-1');
    await post(`payment_intents/${paid.id}/confirm`, { payment_method: 'pm_card_visa_ada1' }, 'confirm-1');
    await post(
      `payment_intents/${declined.id}/confirm`,
      { payment_method: 'pm_card_chargeDeclined_dan1' },
      'confirm-2',
    );
    await post('refunds', { payment_intent: paid.id, amount: '200' }, 'refund-1');

    const read = await readProvider(url);
    expect(read.openAtProvider).toBe(0);
    expect(read.ledger.intents).toMatchObject([
      { id: paid.id, amount: 1_700, status: 'succeeded', amountReceived: 1_700 },
      { id: declined.id, status: 'requires_payment_method', amountReceived: 0 },
    ]);
    expect(read.ledger.charges).toMatchObject([
      { paymentIntent: paid.id, amount: 1_700, captured: true, paymentMethod: 'pm_card_visa_ada1' },
      { paymentIntent: declined.id, status: 'failed', captured: false, failureCode: 'card_declined' },
    ]);
    expect(read.ledger.refunds).toMatchObject([{ paymentIntent: paid.id, amount: 200, status: 'succeeded' }]);
    expect(read.requests.map(({ outcome }) => outcome)).toContain('replayed');

    await using copy = await serveLedger(await copyLedger(url));
    expect(await readProvider(copy.url)).toEqual(read);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
