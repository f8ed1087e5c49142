import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { expect, getReadyToPay, MUG, test } from './fixtures.ts';
import { CataloguePage } from './pages/catalogue-page.ts';
import { PLACE_ORDER_REQUESTS } from './placements.ts';

const SCREENSHOTS = join(import.meta.dirname, '..', 'reports', 'e2e', 'screenshots');

const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const;

test.use({ trace: 'off' });

/** The whole page at both sizes. It is the same page, so both show the same state. */
async function shoot(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    // The header sticks to wherever the page is scrolled to.
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({
      path: join(SCREENSHOTS, `${name}-${size}.png`),
      fullPage: true,
      animations: 'disabled',
    });
  }
  await page.setViewportSize(SIZES.desktop);
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

test.describe('nothing is paid', () => {
  test.use({ ends: 'nothing bought' });

  test('catalogue, product and cart', async ({ page, errors }) => {
    const catalogue = new CataloguePage(page);
    await catalogue.open();
    await shoot(page, 'catalogue');
    await page.emulateMedia({ colorScheme: 'dark' });
    await shoot(page, 'catalogue-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.getByRole('button', { name: 'Vases' }).click();
    await shoot(page, 'catalogue-one-category');

    await page.goto('/product/BOWL-RAMEN');
    await page
      .getByText(/^Only \d left$/)
      .first()
      .waitFor();
    await shoot(page, 'product-few-left');
    await page.goto('/product/VASE-MOON');
    await page.getByText('Sold out for now.').waitFor();
    await shoot(page, 'product-sold-out');
    errors.expect(/status of 404/);
    await page.goto('/product/NO-SUCH-THING');
    await heading(page, /./).waitFor();
    await shoot(page, 'product-unknown');
    await page.goto('/no/such/page');
    await heading(page, 'There is nothing on this shelf.').waitFor();
    await shoot(page, 'page-unknown');

    await page.goto('/contract');
    await heading(page, 'What callers can rely on').waitFor();
    await shoot(page, 'contract');
    await page.emulateMedia({ colorScheme: 'dark' });
    await shoot(page, 'contract-dark');
    await page.emulateMedia({ colorScheme: 'light' });

    await page.goto('/cart');
    await page.getByText('Nothing in it yet.').waitFor();
    await shoot(page, 'cart-empty');
    await page.goto('/orders');
    await page.getByText('When you buy something').waitFor();
    await shoot(page, 'orders-empty');
    errors.expectStatus(409, 'checkout.open');
    await page.goto('/checkout');
    await page.getByText('There is nothing in your cart to pay for.').waitFor();
    await shoot(page, 'checkout-empty');

    await catalogue.putInCart(MUG.sku);
    await shoot(page, 'product-added');
    await catalogue.putInCart('TEAPOT-HEADLAND');
    await catalogue.putInCart('PLATE-SALTMARSH');
    await page.goto('/cart');
    await page.getByRole('link', { name: 'Go to checkout' }).waitFor();
    await shoot(page, 'cart');
  });

  test('pages of a shop that doesn’t answer', async ({ context, errors }) => {
    errors.expectNetworkErrors();
    await context.route('**/api/trpc/**', (route) => route.abort('connectionrefused'));
    // Together: each tries for a while before it says so.
    const pages = await Promise.all(
      [
        ['/', 'catalogue'],
        [`/product/${MUG.sku}`, 'product'],
        ['/cart', 'cart'],
        ['/checkout', 'checkout'],
        ['/orders', 'orders'],
      ].map(async ([path = '', name = '']) => {
        const page = await context.newPage();
        await page.goto(path);
        await page.getByRole('main').getByRole('button', { name: /again/i }).waitFor({ timeout: 40_000 });
        return { page, name };
      }),
    );
    for (const { page, name } of pages) {
      await page.bringToFront();
      await shoot(page, `no-answer-${name}`);
    }
    await context.unroute('**/api/trpc/**');
  });

  test('loading pages', async ({ page }) => {
    // Held for good: a page that leaves takes its requests along.
    await page.route('**/api/trpc/**', () => undefined);
    for (const path of ['/', `/product/${MUG.sku}`, '/cart', '/checkout', '/orders']) {
      await page.goto(path);
      await page
        .getByRole('main')
        .getByText(/loading/i)
        .first()
        .waitFor({ state: 'attached' });
      await shoot(page, `loading-${path.split('/')[1] || 'catalogue'}`);
    }
  });

  test('checkout up to a refusal', async ({ page, errors, buyer, checkout }) => {
    errors.expectStatus(402, 'checkout.placeOrder');
    await new CataloguePage(page).putInCart(MUG.sku);
    await checkout.open();
    await page.getByLabel('E-mail').waitFor();
    await shoot(page, 'checkout-details');
    await page.getByLabel('E-mail').fill('not an address');
    await page.getByRole('button', { name: 'Continue to payment' }).click();
    await page.getByText('Please give the name for the parcel.').waitFor();
    await shoot(page, 'checkout-details-wrong');
    await page.getByRole('combobox', { name: 'Country' }).click();
    await page.getByRole('listbox').waitFor();
    await shoot(page, 'checkout-country');
    await page.keyboard.press('Escape');
    await checkout.fillDetails(buyer);
    await shoot(page, 'checkout-payment');
    await checkout.chooseCard('Visa, declined');
    await checkout.pay();
    await checkout.expectState('refused');
    await checkout.expectReadyToPay();
    await shoot(page, 'checkout-declined');
    await checkout.chooseCard('Visa, insufficient funds');
    await checkout.pay();
    await page.getByText('There is not enough money on this card.').waitFor();
    await checkout.expectReadyToPay();
    await shoot(page, 'checkout-insufficient-funds');
    await page.emulateMedia({ colorScheme: 'dark' });
    await shoot(page, 'checkout-insufficient-funds-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto('/orders');
    await expect(page.getByRole('article')).toHaveCount(2);
    await shoot(page, 'orders-failed');
    await page
      .getByRole('link', { name: /^Order / })
      .first()
      .click();
    await page.waitForURL(/\/orders\/ord_/);
    await page.getByRole('heading', { name: 'What you ordered' }).waitFor();
    await shoot(page, 'order-failed');
  });

  test('offline, and an answer that isn’t definite', async ({ page, context, errors, buyer }) => {
    errors.expectStatus(409, 'checkout.placeOrder');
    const checkout = await getReadyToPay(page, buyer);
    await context.setOffline(true);
    await checkout.pay();
    await page.getByText('This device is offline.').waitFor();
    await shoot(page, 'checkout-offline');
    await context.setOffline(false);

    const detail = 'The shop is asking the bank.';
    const data = {
      type: 'about:blank',
      title: 'Being verified',
      status: 409,
      httpStatus: 409,
      detail,
      code: 'BEING_VERIFIED',
    };
    await page.route(PLACE_ORDER_REQUESTS, (route) =>
      route.fulfill({
        status: 409,
        json: {
          error: {
            message: detail,
            code: -32009,
            data: {
              ...data,
              definite: false,
              retryable: false,
              retryAfterMs: null,
              operationId: 'op_0190a000000070008000000000000000',
            },
          },
        },
      }),
    );
    await checkout.pay();
    await checkout.expectState('unknown');
    await shoot(page, 'checkout-unknown');
    await page.emulateMedia({ colorScheme: 'dark' });
    await shoot(page, 'checkout-unknown-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto('/cart');
    await page.getByText('A payment for this cart is under way.').waitFor();
    await shoot(page, 'cart-payment-under-way');
    await page.getByRole('button', { name: 'Stop it and change the cart' }).click();
    await page.getByText('That payment is stopped.').waitFor();
    await shoot(page, 'cart-payment-stopped');
  });
});

test('a payment from the press to the receipt', async ({
  page,
  context,
  errors,
  toxics,
  readyToPay,
  confirmation,
}) => {
  const second = await context.newPage();
  await second.goto('/checkout');
  await second.getByRole('button', { name: /^Pay €/ }).waitFor();
  // Until the pictures are taken, the bank's answer reaches nobody: neither the shop nor its worker.
  const faults = [await toxics.holdAnswers('payments@web-1'), await toxics.holdAnswers('payments@worker-1')];
  await readyToPay.pay();
  errors.expectStatus(409, 'checkout.placeOrder');
  await readyToPay.expectState('paying');
  await shoot(page, 'checkout-paying');
  await shoot(second, 'checkout-paying-elsewhere');
  const orders = await context.newPage();
  await orders.goto('/orders');
  await orders.getByText('Payment under way').waitFor();
  await shoot(orders, 'orders-pending');
  await orders.getByRole('link', { name: /^Order / }).click();
  await orders.getByText('Please don’t pay again.').waitFor();
  await shoot(orders, 'order-pending');
  await page.getByText(/Still waiting for the bank|longer than usual/).waitFor();
  await shoot(page, 'checkout-still-waiting');

  for (const fault of faults) await fault.heal();
  await confirmation.expectThanks(60_000);
  await shoot(page, 'confirmation');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'confirmation-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await orders.getByTestId('order-status').and(orders.locator('[data-status=paid]')).waitFor();
  await shoot(orders, 'order-paid');
  await orders.goto('/orders');
  await orders.getByRole('article').first().waitFor();
  await shoot(orders, 'orders');
  errors.expectStatus(409, 'checkout.open');
  await second.goto('/checkout');
  await second.getByText('There is nothing left to pay.').waitFor();
  await shoot(second, 'checkout-nothing-left');
  errors.expect(/status of 404/);
  await second.goto('/orders/ord_00000000000070008000000000000000');
  await second.getByText('We don’t know this order.').waitFor();
  await shoot(second, 'order-unknown');
});
