import { DELIVERY_MINOR, expect, MUG, test } from './fixtures.ts';
import { CartPage } from './pages/cart-page.ts';
import { CataloguePage } from './pages/catalogue-page.ts';
import { keysOf } from './placements.ts';

test('buy once', async ({ page, buyer, checkout, confirmation, placements }) => {
  const catalogue = new CataloguePage(page);
  await catalogue.open();
  await catalogue.choose(MUG.name);
  await catalogue.addToCart();
  await page.getByRole('link', { name: 'Cart, 1 piece' }).click();
  const cart = new CartPage(page);
  await cart.expectSum(MUG.priceMinor);
  await cart.goToCheckout();
  await checkout.fillDetails(buyer);
  await checkout.expectReadyToPay(MUG.priceMinor + DELIVERY_MINOR);
  await checkout.pay();
  await confirmation.expectThanks();
  await confirmation.expectTotal(MUG.priceMinor + DELIVERY_MINOR);
  await expect(page.getByRole('main')).toContainText(buyer.email);
  expect(placements).toMatchObject([{ attempt: 1, reason: null, status: 200, replayed: false }]);
});

test('double-click Pay', async ({ readyToPay, confirmation, placements }) => {
  await readyToPay.payButton.dblclick();
  await confirmation.expectThanks();
  expect(keysOf(placements)).toHaveLength(1);
});

test('five presses of Pay before the page can react', async ({ readyToPay, confirmation, placements }) => {
  // In one task of the page: nothing is drawn between them, so the button can't be disabled yet.
  await readyToPay.payButton.evaluate((button: HTMLElement) => {
    for (let press = 0; press < 5; press++) button.click();
  });
  await confirmation.expectThanks();
  expect(keysOf(placements)).toHaveLength(1);
});

test('the back button after success offers no second payment', async ({
  page,
  errors,
  readyToPay,
  confirmation,
  placements,
}) => {
  // There is nothing to check out any more, and the API says so.
  errors.expectStatus(409, 'checkout.open');
  await readyToPay.pay();
  await confirmation.expectThanks();
  const reference = await confirmation.reference();

  await page.goBack();
  await expect(page).not.toHaveURL(/\/checkout/);
  await readyToPay.expectNoPaymentOffered();

  await readyToPay.open();
  await expect(page.getByText('There is nothing left to pay.')).toBeVisible();
  await expect(page.getByTestId('order-reference')).toHaveText(reference);
  await readyToPay.expectNoPaymentOffered();
  await expect(page.getByTestId('cart-count')).toHaveCount(0);
  expect(placements).toHaveLength(1);
});
