import { expect, test } from 'vitest';
import { HandMade } from '../testing/hand-made.ts';
import { reportOf } from '../testing/verdict-of.ts';

const NAME = 'pages-tell-the-truth';

const kindsOf = (run: HandMade) => {
  const { verdict, violations } = reportOf(NAME, run);
  return [verdict, ...violations.map(({ kind }) => kind)];
};

/** Ada buys, and her page waits. */
function adaPays() {
  const run = new HandMade();
  const ada = run.intent('ada1');
  run.page(ada, { says: 'idle', offersPayment: true });
  run.page(ada, { says: 'paying' });
  return { run, ada };
}

test('lets pass a page that says paid after it was', () => {
  const { run, ada } = adaPays();
  const { orderId } = run.buy(ada);
  run.wait(10);
  run.page(ada, { says: 'paid', orderId });
  run.page(ada, { page: '/orders', orders: [{ orderId, status: 'paid' }] });
  expect(kindsOf(run)).toEqual(['valid']);
});

test('finds a page that says paid of an order that is not', () => {
  const { run, ada } = adaPays();
  const { orderId } = run.buy(ada);
  run.page(ada, { says: 'paid', orderId: 'order-99' });
  const order = run.state.database.orders.find((row) => row.orderId === orderId);
  if (order) order.status = 'failed';
  run.page(ada, { says: 'paid', orderId });
  run.page(ada, { says: 'paid' });
  expect(kindsOf(run)).toEqual([
    'invalid',
    'says-paid-and-it-is-not',
    'says-paid-and-it-is-not',
    'says-paid-and-it-is-not',
  ]);
});

test('finds a page that says paid before the commit', () => {
  const { run, ada } = adaPays();
  const early = run.page(ada, { says: 'paid' });
  run.wait(100);
  const { orderId } = run.buy(ada);
  (early.value as { orderId: string }).orderId = orderId;
  expect(kindsOf(run)).toEqual(['invalid', 'says-paid-too-early']);
});

test('what others have bought before makes no page true', () => {
  const { run, ada } = adaPays();
  run.buy(run.intent('bob1'));
  run.wait(100);
  const early = run.page(ada, { says: 'paid' });
  run.wait(100);
  const { orderId } = run.buy(ada);
  expect(kindsOf(run)).toEqual(['invalid', 'says-paid-too-early']);
  (early.value as { orderId: string }).orderId = orderId;
  expect(kindsOf(run)).toEqual(['invalid', 'says-paid-too-early']);
});

test('a page that names no order speaks of its own customer’s', () => {
  const { run, ada } = adaPays();
  run.buy(run.intent('bob1'));
  run.decline(ada);
  run.wait(100);
  run.page(ada, { says: 'paid' });
  expect(kindsOf(run)).toEqual(['invalid', 'says-paid-and-it-is-not']);
});

test('counts what was said, and an idle page says nothing', () => {
  const { run, ada } = adaPays();
  run.buy(ada);
  run.page(ada, { page: '/orders', orders: [{ orderId: 'order-1', status: 'paid' }] });
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 2 });
});

test('somebody else’s order is no charge of this customer’s', () => {
  const { run, ada } = adaPays();
  run.decline(ada);
  run.page(ada, { says: 'refused', offersPayment: true });
  run.wait(1_000);
  run.buy(run.intent('bob1'));
  expect(kindsOf(run)).toEqual(['valid']);
});

test('finds a page that thanks for somebody else’s order', () => {
  const { run, ada } = adaPays();
  const { orderId } = run.buy(run.intent('bob1'));
  run.wait(10);
  run.page(ada, { says: 'paid', orderId });
  expect(kindsOf(run)).toEqual(['invalid', 'says-paid-of-another']);
});

test('hazard 35: finds a page that says not charged of what was', () => {
  const { run, ada } = adaPays();
  run.buy(ada);
  run.page(ada, { says: 'refused', offersPayment: true });
  expect(kindsOf(run)).toEqual(['invalid', 'says-not-charged-and-it-is']);
});

test('finds a charge that comes after the page said that there is none', () => {
  const { run, ada } = adaPays();
  run.lost(ada);
  run.page(ada, { says: 'refused', offersPayment: true });
  run.wait(1_000);
  run.settlePaid(ada);
  expect(kindsOf(run)).toEqual(['invalid', 'charged-after-all']);
});

test('the same attempt sent again is no new payment, another key is', () => {
  const { run, ada } = adaPays();
  run.decline(ada);
  run.page(ada, { says: 'refused', offersPayment: true });
  run.wait(1_000);
  run.buy(ada, { key: 'key-ada1-b' });
  expect(kindsOf(run)).toEqual(['valid']);

  const again = adaPays();
  again.run.lost(again.ada);
  again.run.page(again.ada, { says: 'refused', offersPayment: true });
  again.run.wait(1_000);
  again.run.buy(again.ada);
  expect(kindsOf(again.run)).toEqual(['invalid', 'charged-after-all']);
});

test.each(['paying', 'unknown', 'paid'] as const)('finds a page that says %s and offers to pay', (says) => {
  const { run, ada } = adaPays();
  const { orderId } = run.buy(ada);
  run.wait(10);
  run.page(ada, { says, offersPayment: true, orderId: says === 'paid' ? orderId : null });
  expect(kindsOf(run)).toEqual(['invalid', 'offers-a-second-payment']);
});

test('finds a list of orders that the books don’t have', () => {
  const { run, ada } = adaPays();
  const { orderId } = run.buy(ada);
  run.page(ada, { page: '/orders', orders: [] });
  run.page(ada, { page: '/orders', orders: [{ orderId, status: 'pending' }] });
  expect(kindsOf(run)).toEqual(['invalid', 'page-and-books-differ', 'page-and-books-differ']);
});

test('is unknown where no page said anything', () => {
  const run = new HandMade();
  run.buy(run.intent('ada1'));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'unknown', unknownFor: 'vacuous' });
});
