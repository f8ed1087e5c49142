import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../stack/testing/database.ts';
import { dayOf } from '../idempotency/index.ts';
import { makeKey } from '../idempotency/testing/index.ts';
import { pseudonyms } from '../telemetry/pseudonyms.ts';
import { startTestShop, TestCustomer } from './testing/test-shop.ts';

test('each use of a key is found in the audit trail by whoever has the key and the secret', async () => {
  await using shop = await startTestShop();
  const node = shop.node();
  const customer = new TestCustomer();
  const stranger = new TestCustomer();
  const checkout = await customer.checkOut(node);
  const key = makeKey();
  const card = 'pm_card_visa_audited';
  const headers = { 'x-attempt': '2', 'x-retry-reason': 'timeout', 'idempotency-key': key };
  const order = { checkoutId: checkout.checkoutId, version: checkout.version, paymentMethod: card };
  await customer.placeOrder(node, checkout, card, key);
  await customer.mutate(node, 'checkout.placeOrder', order, headers);
  await stranger.mutate(node, 'checkout.placeOrder', order, headers);

  const { database } = shop.services();
  const pseudonym = pseudonyms(shop.env().AUDIT_SECRET);
  const answered = () =>
    database.idempotencyAudit.findMany({
      where: { keyHash: pseudonym('key', key), type: 'answered' },
      orderBy: { at: 'asc' },
    });
  while ((await answered()).length < 3) await delay(20);
  const mine = { scopeHash: pseudonym('scope', customer.customerId), procedure: 'checkout.placeOrder' };
  expect(await answered()).toMatchObject([
    { ...mine, decision: 'executed', attempt: null, node: 'node-1', region: 'here' },
    { ...mine, decision: 'replayed', attempt: 2, reason: 'timeout' },
    // Nobody's key but their own: to the stranger it is a key like any other.
    { scopeHash: pseudonym('scope', stranger.customerId) },
  ]);
  const text = JSON.stringify(await database.idempotencyAudit.findMany());
  for (const secret of [key, customer.customerId, stranger.customerId, card, checkout.checkoutId])
    expect(text).not.toContain(secret);
});

const today = dayOf(Date.now()).replaceAll('-', '');

test.each([
  ['changed', `UPDATE idempotency_audit SET type = 'nothing'`],
  ['deleted', 'DELETE FROM idempotency_audit'],
  ['emptied', 'TRUNCATE idempotency_audit'],
  ['changed by its day', `UPDATE idempotency_audit_${today} SET type = 'nothing'`],
  ['deleted by its day', `DELETE FROM idempotency_audit_${today}`],
  ['emptied by its day', `TRUNCATE idempotency_audit_${today}`],
])('the audit trail can’t be %s by the shop', async (_, sql) => {
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.appUrl });
  await client.connect();
  await client.query(
    `INSERT INTO idempotency_audit (event_id, at, type, procedure, scope_hash, node, region)
     SELECT idempotency_key_floor(now()), now(), 'claimed', 'test', 'x', 'node', 'here'`,
  );
  await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
  await client.end();
});
