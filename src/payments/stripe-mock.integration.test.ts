import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PaymentOutcomeUnknown, type Payments } from './payments.ts';
import { StripeGateway } from './stripe-gateway.ts';
import { findStripeMock, startStripeMock, type StripeMock } from './testing/stripe-mock.ts';

const search = await findStripeMock();
if (!search.found) {
  process.stderr.write(`SKIPPED: the gateway is not tested against stripe-mock. ${search.reason}\n`);
}

/**
 * stripe-mock checks each request against Stripe's OpenAPI description: a parameter that doesn't exist or has the
 * wrong type is a 400 there. It keeps no state: every intent that it returns still waits for a card.
 */
describe.skipIf(!search.found)("the gateway's requests, checked against Stripe's API description", () => {
  let mock: StripeMock;
  let payments: Payments;

  beforeAll(async () => {
    mock = await startStripeMock(search.found ? search.path : '');
    payments = new StripeGateway({ secretKey: 'sk_test_123', apiBase: mock.url, timeoutMs: 10_000 });
  });
  afterAll(() => mock.stop());

  it('open an intent', async () => {
    const opened = await payments.openIntent({
      amountMinor: 1_999,
      currency: 'EUR',
      metadata: { checkoutId: 'c1', customerReference: 'u1' },
      idempotencyKey: 'k1',
    });
    expect(opened.intentId).toMatch(/^pi_/);
  });

  it('retrieve one', async () => {
    await expect(payments.retrieve('pi_123')).resolves.toMatchObject({ kind: 'waiting' });
  });

  // The two below are accepted, and then not believed: an intent that waits has neither been confirmed nor
  // cancelled. Refused parameters would have the reason `refused_request`.
  it('confirm one', async () => {
    const confirming = payments.confirm({
      intentId: 'pi_123',
      paymentMethod: 'pm_card_visa',
      idempotencyKey: 'k2',
    });
    await expect(confirming).rejects.toSatisfy(isUnsettled);
  });

  it('cancel one', async () => {
    await expect(payments.cancel({ intentId: 'pi_123', idempotencyKey: 'k3' })).rejects.toSatisfy(
      isUnsettled,
    );
  });

  // The mock's refund echoes what was asked for, so this one is believed.
  it('refund one, all or a part', async () => {
    await expect(payments.refund({ intentId: 'pi_123', idempotencyKey: 'k5' })).resolves.toMatchObject({
      kind: 'refunded',
    });
    const part = payments.refund({ intentId: 'pi_123', amountMinor: 500, idempotencyKey: 'k6' });
    await expect(part).resolves.toMatchObject({ kind: 'refunded', amountMinor: 500 });
  });

  it('are really checked', async () => {
    const confirming = payments.confirm({ intentId: 'pi_123', paymentMethod: '', idempotencyKey: 'k4' });
    await expect(confirming).rejects.toMatchObject({ reason: 'unexpected_answer' });
    const response = await fetch(`${mock.url}/v1/payment_intents/pi_123/confirm`, {
      method: 'POST',
      headers: { Authorization: 'Bearer sk_test_123' },
      body: new URLSearchParams({ no_such_parameter: '1' }),
    });
    expect(response.status).toBe(400);
  });
});

function isUnsettled(error: unknown): boolean {
  return PaymentOutcomeUnknown.is(error) && error.message.includes('accepted, requires_payment_method');
}
