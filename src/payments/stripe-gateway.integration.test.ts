import { createServer as createTcpServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { useSandbox } from '../../sandbox/testing/use-sandbox.ts';
import { PaymentOutcomeUnknown, PaymentsUnavailable, type Payments } from './payments.ts';
import { StripeGateway } from './stripe-gateway.ts';

// Nothing here ever waits this long: it is what a test may take, not what it takes.
const PATIENT_MS = 15_000;

const sandbox = useSandbox({ slowMs: 600_000 });

function gateway(settings: { apiBase?: string; timeoutMs?: number; secretKey?: string } = {}): Payments {
  return new StripeGateway({
    secretKey: 'sk_test_sandbox',
    apiBase: sandbox.process.url,
    timeoutMs: PATIENT_MS,
    ...settings,
  });
}

async function openIntent(payments = gateway(), amountMinor = 1_999): Promise<string> {
  const { intentId } = await payments.openIntent({
    amountMinor,
    currency: 'EUR',
    metadata: { checkoutId: 'c1', customerReference: 'u1' },
    idempotencyKey: 'open 1',
  });
  return intentId;
}

async function chargesOf(intentId: string) {
  const { charges } = await sandbox.client.ledger();
  return charges.filter((charge) => charge.payment_intent === intentId && charge.captured);
}

/** The error of a promise that has to fail. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`It succeeded: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}

describe('opening an intent', () => {
  it('moves no money, and gives the same intent for the same key', async () => {
    const intentId = await openIntent();
    expect(await openIntent()).toBe(intentId);
    expect(await sandbox.client.ledger()).toMatchObject({
      intents: [
        {
          id: intentId,
          amount: 1999,
          currency: 'eur',
          metadata: { checkoutId: 'c1', customerReference: 'u1' },
        },
      ],
      charges: [],
    });
    expect(await gateway().retrieve(intentId)).toEqual({ kind: 'waiting', lastDecline: null });
  });

  it('is unknown when the key was used with another amount', async () => {
    await openIntent();
    expect(await failureOf(openIntent(gateway(), 2_000))).toMatchObject({ reason: 'key_reused' });
  });
});

describe('confirming', () => {
  it('charges, and says what was captured', async () => {
    const intentId = await openIntent();
    const result = await gateway().confirm({
      intentId,
      paymentMethod: 'pm_card_visa_n1',
      idempotencyKey: 'k1',
    });
    const [charge] = await chargesOf(intentId);
    const succeeded = { kind: 'succeeded', chargeId: charge?.id, amountMinor: 1999, currency: 'EUR' };
    expect(result).toEqual(succeeded);
    expect(await gateway().retrieve(intentId)).toEqual(succeeded);
  });

  it('with the same key charges once, and says the same', async () => {
    const intentId = await openIntent();
    const confirm = () =>
      gateway().confirm({ intentId, paymentMethod: 'pm_card_visa', idempotencyKey: 'k1' });
    expect(await confirm()).toEqual(await confirm());
    expect(await chargesOf(intentId)).toHaveLength(1);
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_authenticationRequired', 'authentication_required'],
  ] as const)('%s is declined: %s; another card then pays the same intent', async (paymentMethod, code) => {
    const intentId = await openIntent();
    const declined = await gateway().confirm({ intentId, paymentMethod, idempotencyKey: 'k1' });
    expect(declined).toEqual({ kind: 'declined', code });
    expect(await gateway().retrieve(intentId)).toEqual({ kind: 'waiting', lastDecline: code });
    expect(await chargesOf(intentId)).toEqual([]);

    const paid = await gateway().confirm({ intentId, paymentMethod: 'pm_card_visa', idempotencyKey: 'k2' });
    expect(paid.kind).toBe('succeeded');
  });

  it('a payment method that nobody knows is declined', async () => {
    const intentId = await openIntent();
    const result = await gateway().confirm({ intentId, paymentMethod: 'pm_nobody', idempotencyKey: 'k1' });
    expect(result).toEqual({ kind: 'declined', code: 'payment_method_unknown' });
  });

  it('a paid intent again, with another key, is the payment that was made: not a decline', async () => {
    const intentId = await openIntent();
    const first = await gateway().confirm({ intentId, paymentMethod: 'pm_card_visa', idempotencyKey: 'k1' });
    const second = await gateway().confirm({ intentId, paymentMethod: 'pm_card_visa', idempotencyKey: 'k2' });
    expect(second).toEqual(first);
    expect(await chargesOf(intentId)).toHaveLength(1);
  });

  it('a cancelled intent is cancelled: not a decline', async () => {
    const intentId = await openIntent();
    await gateway().cancel({ intentId, idempotencyKey: 'k1' });
    const result = await gateway().confirm({ intentId, paymentMethod: 'pm_card_visa', idempotencyKey: 'k2' });
    expect(result).toEqual({ kind: 'cancelled' });
  });
});

describe('a confirmation whose outcome is unknown', () => {
  it('is one without an answer; retrieving tells, and money moved once', async () => {
    const intentId = await openIntent();
    const impatient = gateway({ timeoutMs: 1_000 });
    const confirmation = { intentId, paymentMethod: 'pm_card_neverAnswers', idempotencyKey: 'k1' };
    for (const error of [
      await failureOf(impatient.confirm(confirmation)),
      await failureOf(impatient.confirm(confirmation)),
    ]) {
      expect(error).toSatisfy(PaymentOutcomeUnknown.is);
      expect(error).toMatchObject({ reason: 'timeout' });
    }
    await sandbox.client.untilCharged(intentId);
    expect(await gateway().retrieve(intentId)).toMatchObject({ kind: 'succeeded', amountMinor: 1999 });
    expect(await chargesOf(intentId)).toHaveLength(1);
    // Two calls, two requests: nothing retries behind our back.
    const confirms = (await sandbox.client.requests()).filter(({ path }) => path.endsWith('/confirm'));
    expect(confirms).toHaveLength(2);
  });

  it('is one whose key is in use', async () => {
    const intentId = await openIntent();
    const confirmation = { intentId, paymentMethod: 'pm_card_slow', idempotencyKey: 'k1' };
    const first = failureOf(gateway().confirm(confirmation));
    await sandbox.client.untilCharged(intentId);
    const second = await failureOf(gateway().confirm(confirmation));
    expect(second).toSatisfy(PaymentOutcomeUnknown.is);
    expect(second).toMatchObject({ reason: 'key_in_use' });
    await sandbox.process.kill();
    expect(await first).toMatchObject({ reason: 'connection_broken' });
  });

  it('is one whose key came before with another card', async () => {
    const intentId = await openIntent();
    await gateway().confirm({ intentId, paymentMethod: 'pm_card_chargeDeclined', idempotencyKey: 'k1' });
    const error = await failureOf(
      gateway().confirm({ intentId, paymentMethod: 'pm_card_visa', idempotencyKey: 'k1' }),
    );
    expect(error).toSatisfy(PaymentOutcomeUnknown.is);
    expect(error).toMatchObject({ reason: 'key_reused' });
  });

  it('is one that was answered 500, though the charge was made', async () => {
    const intentId = await openIntent();
    const error = await failureOf(
      gateway().confirm({ intentId, paymentMethod: 'pm_card_serverError', idempotencyKey: 'k1' }),
    );
    expect(error).toSatisfy(PaymentOutcomeUnknown.is);
    expect(error).toMatchObject({ reason: 'server_error' });
    expect(await gateway().retrieve(intentId)).toMatchObject({ kind: 'succeeded' });
  });

  it('is one of an intent that the provider does not know: not found is not not charged', async () => {
    const error = await failureOf(
      gateway().confirm({ intentId: 'pi_nobody', paymentMethod: 'pm_card_visa', idempotencyKey: 'k1' }),
    );
    expect(error).toMatchObject({ name: 'PaymentOutcomeUnknown', reason: 'refused_request' });
    expect(await failureOf(gateway().retrieve('pi_nobody'))).toMatchObject({ reason: 'refused_request' });
  });
});

describe('a provider that is not there', () => {
  it('is unavailable when its port is closed: provably nothing was sent', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');

    const payments = gateway({ apiBase: `http://127.0.0.1:${port}` });
    const error = await failureOf(
      payments.confirm({ intentId: 'pi_1', paymentMethod: 'pm_card_visa', idempotencyKey: 'k1' }),
    );
    expect(error).toSatisfy(PaymentsUnavailable.is);
    expect(error).not.toSatisfy(PaymentOutcomeUnknown.is);
    expect(error).toHaveProperty('cause.cause.code', 'ECONNREFUSED');
  });

  it('is unavailable when it refuses our key', async () => {
    const error = await failureOf(gateway({ secretKey: 'rk_test_other' }).retrieve('pi_1'));
    expect(error).toSatisfy(PaymentsUnavailable.is);
  });
});

describe('cancelling', () => {
  it('ends an intent that waits, as often as asked', async () => {
    const intentId = await openIntent();
    for (const idempotencyKey of ['k1', 'k1', 'k2']) {
      expect(await gateway().cancel({ intentId, idempotencyKey })).toEqual({ kind: 'cancelled' });
    }
    expect(await gateway().retrieve(intentId)).toEqual({ kind: 'cancelled' });
  });

  it('comes too late for an intent that is paid, and says so', async () => {
    const intentId = await openIntent();
    const paid = await gateway().confirm({ intentId, paymentMethod: 'pm_card_visa', idempotencyKey: 'k1' });
    expect(await gateway().cancel({ intentId, idempotencyKey: 'k2' })).toEqual(paid);
  });
});

describe('refunding', () => {
  const refundsOf = async () => (await sandbox.client.ledger()).refunds.map(({ amount }) => amount);

  async function paidIntent(): Promise<string> {
    const intentId = await openIntent();
    await gateway().confirm({ intentId, paymentMethod: 'pm_card_visa', idempotencyKey: 'k1' });
    return intentId;
  }

  it('gives back all, once with the same key', async () => {
    const intentId = await paidIntent();
    const refund = () => gateway().refund({ intentId, idempotencyKey: 'r1' });
    const first = await refund();
    expect(first).toMatchObject({ kind: 'refunded', amountMinor: 1_999, currency: 'EUR' });
    expect(await refund()).toEqual(first);
    expect(await refundsOf()).toEqual([1_999]);
  });

  it('gives back a part, and then what is left', async () => {
    const intentId = await paidIntent();
    const part = await gateway().refund({ intentId, amountMinor: 500, idempotencyKey: 'r1' });
    expect(part).toMatchObject({ kind: 'refunded', amountMinor: 500 });
    const rest = await gateway().refund({ intentId, idempotencyKey: 'r2' });
    expect(rest).toMatchObject({ kind: 'refunded', amountMinor: 1_499 });
    expect(await refundsOf()).toEqual([500, 1_499]);
  });

  it('with another key, after all went back, gives nothing more and says so', async () => {
    const intentId = await paidIntent();
    await gateway().refund({ intentId, idempotencyKey: 'r1' });
    for (const amountMinor of [undefined, 1_999]) {
      const again = await gateway().refund({ intentId, amountMinor, idempotencyKey: `r2 ${amountMinor}` });
      expect(again).toEqual({ kind: 'already_refunded' });
    }
    expect(await refundsOf()).toEqual([1_999]);
  });

  it.each([
    ['an intent that was never charged', 'refused_request', {}],
    ['more than was captured', 'refused_request', { amountMinor: 2_000 }],
  ])('of %s is unknown, never a yes', async (what, reason, amount) => {
    const intentId = what.startsWith('more') ? await paidIntent() : await openIntent();
    const error = await failureOf(gateway().refund({ intentId, ...amount, idempotencyKey: 'r1' }));
    expect(error).toSatisfy(PaymentOutcomeUnknown.is);
    expect(error).toMatchObject({ reason });
    expect(await refundsOf()).toEqual([]);
  });

  it('of a key that came with another amount is unknown', async () => {
    const intentId = await paidIntent();
    await gateway().refund({ intentId, amountMinor: 500, idempotencyKey: 'r1' });
    const error = await failureOf(gateway().refund({ intentId, amountMinor: 501, idempotencyKey: 'r1' }));
    expect(error).toMatchObject({ reason: 'key_reused' });
    expect(await refundsOf()).toEqual([500]);
  });
});

describe('settings', () => {
  it.each(['ftp://127.0.0.1:1', 'http://127.0.0.1:1/v1', 'nowhere'])('refuse %s as an address', (apiBase) => {
    expect(() => gateway({ apiBase })).toThrow(/STRIPE_API_BASE|Invalid URL/);
  });

  it('never send a live key to an address that is not Stripe', () => {
    expect(() => gateway({ secretKey: 'sk_live_x' })).toThrow('live key');
  });
});
