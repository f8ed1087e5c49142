import { describe, expect, it } from 'vitest';
import { useSandbox } from './testing/use-sandbox.ts';

const sandbox = useSandbox({ slowMs: 20 });

describe('a payment intent', () => {
  it('opens without moving money', async () => {
    const reply = await sandbox.client.post('/v1/payment_intents', {
      amount: '1999',
      currency: 'EUR',
      'metadata[checkoutId]': 'c1',
      'payment_method_types[0]': 'card',
    });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('Request-Id')).toMatch(/^req_/);
    expect(reply.json).toMatchObject({
      id: expect.stringMatching(/^pi_\w{24}$/),
      object: 'payment_intent',
      amount: 1999,
      amount_received: 0,
      currency: 'eur',
      status: 'requires_payment_method',
      metadata: { checkoutId: 'c1' },
      latest_charge: null,
    });
    expect((await sandbox.client.ledger()).charges).toEqual([]);
  });

  it('is charged by confirming it', async () => {
    const intent = await sandbox.client.createIntent(1_999);
    const reply = await sandbox.client.confirm(intent, 'pm_card_visa_n7', { key: 'k1' });
    expect(reply.json).toMatchObject({ id: intent, status: 'succeeded', amount_received: 1999 });
    expect((await sandbox.client.ledger()).charges).toMatchObject([
      {
        id: reply.json.latest_charge,
        payment_intent: intent,
        amount: 1999,
        status: 'succeeded',
        captured: true,
        payment_method: 'pm_card_visa_n7',
        idempotency_key: 'k1',
      },
    ]);
    const retrieved = await sandbox.client.get(`/v1/payment_intents/${intent}`);
    expect(retrieved.text).toBe(reply.text);
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_authenticationRequired', 'authentication_required', 'authentication_required'],
  ])('waits for another card after %s', async (card, code, declineCode) => {
    const intent = await sandbox.client.createIntent();
    const declined = await sandbox.client.confirm(intent, card);
    expect(declined.status).toBe(402);
    expect(declined.json.error).toMatchObject({
      type: 'card_error',
      code,
      decline_code: declineCode,
      charge: expect.stringMatching(/^ch_/),
      payment_intent: { id: intent, status: 'requires_payment_method', last_payment_error: { code } },
    });

    const paid = await sandbox.client.confirm(intent, 'pm_card_mastercard');
    expect(paid.json).toMatchObject({ status: 'succeeded', last_payment_error: null });
    const { charges } = await sandbox.client.ledger();
    expect(charges.map(({ status, failure_code }) => [status, failure_code])).toEqual([
      ['failed', code],
      ['succeeded', null],
    ]);
  });

  it('is charged by the card that breaks the provider, too', async () => {
    const intent = await sandbox.client.createIntent();
    const reply = await sandbox.client.confirm(intent, 'pm_card_serverError', { key: 'k1' });
    expect([reply.status, reply.json.error.type]).toEqual([500, 'api_error']);
    const retrieved = await sandbox.client.get(`/v1/payment_intents/${intent}`);
    expect(retrieved.json.status).toBe('succeeded');
  });

  it.each([
    ['confirm', 'succeeded'],
    ['confirm', 'canceled'],
    ['cancel', 'succeeded'],
    ['cancel', 'canceled'],
  ])('refuses %s once it is %s, and shows itself', async (action, status) => {
    const intent = await sandbox.client.createIntent();
    if (status === 'succeeded') await sandbox.client.confirm(intent, 'pm_card_visa');
    else await sandbox.client.post(`/v1/payment_intents/${intent}/cancel`, {});

    const again =
      action === 'confirm'
        ? await sandbox.client.confirm(intent, 'pm_card_visa', { key: 'another' })
        : await sandbox.client.post(`/v1/payment_intents/${intent}/cancel`, {}, { key: 'another' });

    expect(again.status).toBe(400);
    expect(again.json.error).toMatchObject({
      type: 'invalid_request_error',
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: intent, status },
    });
    const { charges } = await sandbox.client.ledger();
    expect(charges).toHaveLength(status === 'succeeded' ? 1 : 0);
  });

  it('can be given another amount while it waits, and then that is captured', async () => {
    const intent = await sandbox.client.createIntent(1_000);
    const update = (amount: string) => sandbox.client.post(`/v1/payment_intents/${intent}`, { amount });
    expect((await update('1200')).json).toMatchObject({ id: intent, amount: 1_200, amount_received: 0 });
    expect((await update('49')).json.error).toMatchObject({ code: 'amount_too_small', param: 'amount' });
    await sandbox.client.confirm(intent, 'pm_card_visa');
    expect((await sandbox.client.ledger()).charges.map(({ amount }) => amount)).toEqual([1_200]);
    const late = await update('1300');
    expect([late.status, late.json.error.code]).toEqual([400, 'payment_intent_unexpected_state']);
  });

  it('can be cancelled while it waits', async () => {
    const intent = await sandbox.client.createIntent();
    const reply = await sandbox.client.post(`/v1/payment_intents/${intent}/cancel`, {
      cancellation_reason: 'abandoned',
    });
    expect(reply.json).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    expect(reply.json.canceled_at).toBeTypeOf('number');
  });
});

describe('a request that is refused', () => {
  it.each([
    [{ currency: 'eur' }, 'parameter_missing', 'amount'],
    [{ amount: '12.50', currency: 'eur' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: '49', currency: 'eur' }, 'amount_too_small', 'amount'],
    [{ amount: '100000000', currency: 'eur' }, 'amount_too_large', 'amount'],
    [{ amount: '1999', currency: 'eur', 'metadata[a][b]': 'x' }, undefined, 'metadata[a]'],
    [{ amount: '1999', currency: 'eur', confirm: 'true' }, 'parameter_unknown', 'confirm'],
  ])('creates nothing: %j', async (params, code, param) => {
    const reply = await sandbox.client.post('/v1/payment_intents', params);
    expect(reply.status).toBe(400);
    expect(reply.json.error).toMatchObject({ type: 'invalid_request_error', param });
    expect(reply.json.error.code).toBe(code);
    expect((await sandbox.client.ledger()).intents).toEqual([]);
  });

  it('says which payment method it does not know', async () => {
    const intent = await sandbox.client.createIntent();
    const reply = await sandbox.client.confirm(intent, 'pm_nobody');
    expect(reply.status).toBe(400);
    expect(reply.json.error).toMatchObject({ code: 'resource_missing', param: 'payment_method' });
  });

  it('says which intent it does not know', async () => {
    expect((await sandbox.client.confirm('pi_nobody', 'pm_card_visa')).status).toBe(404);
    const reply = await sandbox.client.get('/v1/payment_intents/pi_nobody');
    expect([reply.status, reply.json.error.code]).toEqual([404, 'resource_missing']);
  });

  it.each([[undefined], ['Bearer sk_live_x'], ['Basic c2tfdGVzdA=='], ['Bearer']])(
    'needs a test key: %s',
    async (authorization) => {
      const response = await fetch(`${sandbox.process.url}/v1/payment_intents`, {
        method: 'POST',
        headers: authorization === undefined ? {} : { Authorization: authorization },
        body: new URLSearchParams({ amount: '1999', currency: 'eur' }),
      });
      expect(response.status).toBe(401);
      expect((await sandbox.client.ledger()).intents).toEqual([]);
    },
  );

  it.each([
    ['application/json', '{"amount":1999}', 400],
    ['application/x-www-form-urlencoded', 'amount=%zz', 400],
    ['application/x-www-form-urlencoded', `description=${'x'.repeat(70_000)}`, 413],
  ])('may be malformed: %s', async (contentType, body, status) => {
    const response = await fetch(`${sandbox.process.url}/v1/payment_intents`, {
      method: 'POST',
      headers: { Authorization: 'Bearer sk_test_sandbox', 'Content-Type': contentType },
      body,
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  it('may be for a part of Stripe that is not here', async () => {
    expect((await sandbox.client.get('/v1/customers')).status).toBe(404);
  });
});

describe('a refund', () => {
  it('gives back what was captured, and no more', async () => {
    const intent = await sandbox.client.createIntent(1_000);
    await sandbox.client.confirm(intent, 'pm_card_visa');

    const part = await sandbox.client.post('/v1/refunds', { payment_intent: intent, amount: '400' });
    expect(part.json).toMatchObject({
      object: 'refund',
      amount: 400,
      status: 'succeeded',
      payment_intent: intent,
    });
    const tooMuch = await sandbox.client.post('/v1/refunds', { payment_intent: intent, amount: '601' });
    expect([tooMuch.status, tooMuch.json.error.param]).toEqual([400, 'amount']);
    const rest = await sandbox.client.post('/v1/refunds', { charge: String(part.json.charge) });
    expect(rest.json.amount).toBe(600);
    const again = await sandbox.client.post('/v1/refunds', { payment_intent: intent });
    expect([again.status, again.json.error.code]).toEqual([400, 'charge_already_refunded']);

    expect((await sandbox.client.ledger()).refunds.map(({ amount }) => amount)).toEqual([400, 600]);
    expect((await sandbox.client.get(`/v1/refunds/${part.json.id}`)).text).toBe(part.text);
  });

  it('needs a charge that succeeded', async () => {
    const intent = await sandbox.client.createIntent();
    await sandbox.client.confirm(intent, 'pm_card_chargeDeclined');
    expect((await sandbox.client.post('/v1/refunds', { payment_intent: intent })).status).toBe(400);
    expect((await sandbox.client.post('/v1/refunds', { payment_intent: 'pi_nobody' })).status).toBe(400);
    expect((await sandbox.client.post('/v1/refunds', {})).json.error.code).toBe('parameter_missing');
  });
});
