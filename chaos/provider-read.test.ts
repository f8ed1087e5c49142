import { expect, test } from 'vitest';
import { parseLedger, parseRequests } from './provider-read.ts';
import { cleanRun } from './testing/clean-run.ts';
import { ledgerDocumentOf } from './testing/insert-state.ts';

test('reads what the sandbox says', () => {
  const { state } = cleanRun();
  expect(parseLedger(ledgerDocumentOf(state)['/sandbox/ledger'])).toEqual(state.ledger);
});

test.each([
  ['amount', undefined],
  ['amount', '1700'],
  ['status', 'maybe'],
  ['captured', 1],
  ['payment_method', null],
])('refuses a charge whose %s is %j', (name, value) => {
  const document = ledgerDocumentOf(cleanRun().state)['/sandbox/ledger'];
  Object.assign(document.charges[0] ?? {}, { [name]: value });
  expect(() => parseLedger(document)).toThrow(`ledger.charges[0].${name} is`);
});

test('knows a request that the provider died over', () => {
  const died = {
    seq: 1,
    atMs: 1,
    method: 'POST',
    path: '/v1/refunds',
    idempotencyKey: null,
    paymentMethod: null,
    outcome: null,
    status: null,
    finishedAtMs: null,
    answered: false,
  };
  expect(parseRequests([died])).toEqual([died]);
});
