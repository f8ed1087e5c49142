import { DELIVERY_MINOR, expect, getReadyToPay, MUG, test } from './fixtures.ts';
import { CartPage } from './pages/cart-page.ts';
import { CheckoutPage } from './pages/checkout-page.ts';
import { ConfirmationPage } from './pages/confirmation-page.ts';
import { keysOf, recordPlacements } from './placements.ts';

test('two tabs pressing Pay', async ({ context, errors, readyToPay, confirmation, placements }) => {
  errors.expectStatus(409, 'checkout.open');
  const second = new CheckoutPage(await context.newPage());
  await second.open();
  await second.expectReadyToPay();

  // At the same moment: one tab's press lets the other press, without a way through the test.
  await second.payButton.evaluate((button: HTMLElement) => {
    new BroadcastChannel('press').addEventListener('message', () => button.click());
  });
  await readyToPay.payButton.evaluate((button: HTMLElement) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel's has no such argument
    new BroadcastChannel('press').postMessage('now');
    button.click();
  });
  const secondConfirmation = new ConfirmationPage(second.page);
  await Promise.all([confirmation.expectThanks(), secondConfirmation.expectThanks()]);
  expect(secondConfirmation.orderId()).toBe(confirmation.orderId());
  expect(keysOf(placements)).toHaveLength(1);
});

test('a second tab joins a payment under way', async ({
  context,
  errors,
  readyToPay,
  confirmation,
  placements,
}) => {
  // Told to wait, for longer than the server lets a caller wait for another's outcome.
  errors.expectStatus(409, 'checkout.placeOrder');
  const second = new CheckoutPage(await context.newPage());
  await second.open();
  await second.expectReadyToPay();

  await readyToPay.chooseCard('Visa, slow bank');
  await readyToPay.pay();
  await expect(second.page.getByText('Your payment is under way…')).toBeVisible();
  await second.expectNoPaymentOffered();
  const secondConfirmation = new ConfirmationPage(second.page);
  await Promise.all([confirmation.expectThanks(), secondConfirmation.expectThanks()]);
  expect(secondConfirmation.orderId()).toBe(confirmation.orderId());
  expect(keysOf(placements)).toHaveLength(1);
});

test('the same customer on two devices, both pressing Pay', async ({
  browser,
  context,
  baseURL,
  errors,
  readyToPay,
  confirmation,
  placements,
}) => {
  // The later one may be told that the payment is under way.
  errors.expectStatus(409, 'checkout.placeOrder');
  const device = await browser.newContext({ ...(baseURL !== undefined && { baseURL }) });
  // The cookie alone: the other device knows nothing of this one's stored payment, so it makes its own key.
  await device.addCookies(await context.cookies());
  errors.watch(device);
  recordPlacements(device, placements);
  const second = new CheckoutPage(await device.newPage());
  await second.open();
  await second.expectReadyToPay();

  await Promise.all([readyToPay, second].map((each) => each.payButton.dispatchEvent('click')));
  const secondConfirmation = new ConfirmationPage(second.page);
  await Promise.all([confirmation.expectThanks(30_000), secondConfirmation.expectThanks(30_000)]);
  expect(secondConfirmation.orderId()).toBe(confirmation.orderId());
  // Two keys, so it was the shop's guard that made one payment of them, not the browser's store.
  expect(keysOf(placements)).toHaveLength(2);
  await device.close();
});

test('cart changed in another tab: the new total is shown before anything is paid', async ({
  context,
  page,
  errors,
  buyer,
  confirmation,
  placements,
}) => {
  errors.expectStatus(409, 'checkout.placeOrder');
  const checkout = await getReadyToPay(page, buyer);
  const other = await context.newPage();
  const cart = new CartPage(other);
  await cart.open();
  await cart.addOneMore(MUG.name);
  await cart.expectSum(2 * MUG.priceMinor);
  await cart.goToCheckout();
  await new CheckoutPage(other).expectReadyToPay(2 * MUG.priceMinor + DELIVERY_MINOR);

  await checkout.expectReadyToPay(MUG.priceMinor + DELIVERY_MINOR);
  await checkout.pay();
  await checkout.expectState('refused');
  await expect(page.getByText('Your cart has changed since you saw this total.')).toBeVisible();
  await checkout.expectReadyToPay(2 * MUG.priceMinor + DELIVERY_MINOR);
  // The other tab joins, under the same key, and hears the same refusal.
  expect(keysOf(placements)).toHaveLength(1);
  expect(new Set(placements.map(({ status }) => status))).toEqual(new Set([409]));

  await checkout.pay();
  await confirmation.expectThanks();
  await confirmation.expectTotal(2 * MUG.priceMinor + DELIVERY_MINOR);
  expect(keysOf(placements)).toHaveLength(2);
});
