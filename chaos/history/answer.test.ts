import { expect, test } from 'vitest';
import { classifyAnswer, hashOf } from './answer.ts';
import { asPlacedOrder } from './value.ts';

const ORDER = {
  orderId: 'order-1',
  reference: 'A1B2-C3D4',
  operationId: 'op_1',
  status: 'paid',
  totalMinor: 1_700,
  currency: 'EUR',
};

function classify(httpStatus: number, body: unknown, { complete = true, replayed = false } = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return classifyAnswer({ httpStatus, replayed, body: Buffer.from(text), complete }, asPlacedOrder);
}

const error = (code: string) => ({ error: { message: '', code: -32_000, data: { code, definite: true } } });

test('an acknowledgement is a complete 200 with an accepted body', () => {
  const body = { result: { data: ORDER } };
  expect(classify(200, body, { replayed: true })).toEqual({
    type: 'ok',
    value: ORDER,
    response: { httpStatus: 200, bodyHash: hashOf(JSON.stringify(body)), replayed: true },
  });
});

test.each<[string, number, unknown, boolean, string, string]>([
  ['a truncated 200 is in doubt', 200, '{"result":{"data":{"orderId', false, 'info', 'truncated'],
  ['so is a whole body that announced no end', 200, { result: { data: ORDER } }, false, 'info', 'truncated'],
  ['an empty 200 is a bad body', 200, '', true, 'info', 'bad_body'],
  [
    'an order that is not paid is a bad body',
    200,
    { result: { data: { ...ORDER, status: 'pending' } } },
    true,
    'info',
    'bad_body',
  ],
  ['a result under a 500 is a bad body', 500, { result: { data: ORDER } }, true, 'info', 'bad_body'],
  ['a redirect is a bad body', 302, '', true, 'info', 'bad_body'],
  ['a decline is a refusal', 402, error('CARD_DECLINED'), true, 'refused', 'CARD_DECLINED'],
  ['a reused key never runs', 422, error('IDEMPOTENCY_KEY_REUSED'), true, 'fail', 'IDEMPOTENCY_KEY_REUSED'],
  [
    'an expired key may have run',
    422,
    error('IDEMPOTENCY_KEY_EXPIRED'),
    true,
    'info',
    'IDEMPOTENCY_KEY_EXPIRED',
  ],
  ['in progress is in doubt', 409, error('OPERATION_IN_PROGRESS'), true, 'info', 'OPERATION_IN_PROGRESS'],
  [
    'a definite word under a 500 contradicts itself',
    500,
    error('CARD_DECLINED'),
    true,
    'info',
    'CARD_DECLINED',
  ],
  [
    'a code that nobody knows is in doubt, whatever it says of itself',
    400,
    error('NEW_CODE'),
    true,
    'info',
    'NEW_CODE',
  ],
  ["a proxy's page is in doubt", 502, '<h1>Bad gateway</h1>', true, 'info', 'http_502'],
  ['bytes that are no UTF-8 are in doubt', 400, 'no json', true, 'info', 'http_400'],
])('%s', (_what, httpStatus, body, complete, type, errorClass) => {
  expect(classify(httpStatus, body, { complete })).toMatchObject({ type, errorClass });
});
