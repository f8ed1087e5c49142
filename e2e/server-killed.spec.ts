import { expect, test } from './fixtures.ts';
import { keysOf } from './placements.ts';

/** The restart, and the longest pause between two attempts. */
const RETURN_LIMIT_MS = 40_000;

test('server killed between charge and settle, restarted, page reaches the confirmation', async ({
  stack,
  book,
  ledger,
  buyer,
  errors,
  toxics,
  readyToPay,
  confirmation,
  placements,
}) => {
  errors.expectNetworkErrors();
  // Told to wait, while the payment is finished by somebody else.
  errors.expectStatus(409, 'checkout.placeOrder');
  const [web] = stack.web;
  if (!web) throw new Error('This stack has no web node.');
  const knownCharges = (await ledger.read()).charges.length;

  const fault = await toxics.holdAnswers('payments@web-1');
  await readyToPay.pay();
  await expect
    .poll(async () => (await ledger.read()).charges.slice(knownCharges).map(({ status }) => status))
    .toEqual(['succeeded']);
  // Charged, and the shop doesn't know it: this is the moment.
  expect((await book.ordersOf(buyer.email)).map(({ status }) => status)).toEqual(['pending']);
  expect(placements).toMatchObject([{ attempt: 1, ended: 'not yet' }]);
  await web.kill();
  await fault.heal();
  await readyToPay.expectState('paying');
  await readyToPay.expectNoPaymentOffered();
  await web.start();

  await confirmation.expectThanks(RETURN_LIMIT_MS);
  // How many requests that took is open: Chromium itself resends one that a reused connection has lost.
  expect(keysOf(placements)).toHaveLength(1);
  expect(placements.at(-1)).toMatchObject({ ended: 'answered', status: 200 });
});
