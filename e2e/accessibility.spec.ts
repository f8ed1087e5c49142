import type { Page } from 'playwright/test';
import { expect, MUG, test } from './fixtures.ts';

/** What every page owes to whoever doesn't see it. */
async function expectReadable(page: Page, heading: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  await expect(page.getByRole('banner')).toHaveCount(1);
  await expect(page.getByRole('main')).toHaveCount(1);
  await expect(page.getByRole('contentinfo')).toHaveCount(1);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  expect(await page.title(), page.url()).toContain('Ostrand Pottery');

  // `- button` with no name after it is one that a screen reader calls just that: a button.
  const nameless = (await page.locator('body').ariaSnapshot())
    .split('\n')
    .filter((line) =>
      /^\s*- (button|link|textbox|radio|combobox|img|navigation|radiogroup|heading)( \[[^\]]*\])*:?$/.test(
        line,
      ),
    );
  expect(nameless, `without a name at ${page.url()}`).toEqual([]);
}

test('pages can be read and worked without seeing them', async ({ page, buyer, checkout, confirmation }) => {
  await page.goto('/');
  await expectReadable(page, /Pots for every day/);
  await expect(page.getByRole('group', { name: 'Show' }).getByRole('button', { pressed: true })).toHaveText(
    'Everything',
  );
  await page.getByRole('button', { name: 'Vases' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'pieces shown' })).not.toHaveText(/^14 /);

  await page.goto(`/product/${MUG.sku}`);
  await expectReadable(page, MUG.name);
  await expect(page.getByRole('img', { name: new RegExp(`^${MUG.name}`) })).toBeVisible();
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByRole('link', { name: 'Cart, 1 piece' }).click();
  await expectReadable(page, 'Your cart');
  await expect(page.getByRole('list', { name: 'Pieces in your cart' })).toMatchAriaSnapshot(`
    - list "Pieces in your cart":
      - listitem:
        - heading "${MUG.name}" [level=2]
        - group:
          - 'button "Fewer: ${MUG.name}"'
          - 'textbox "Quantity: ${MUG.name}"'
          - 'button "More: ${MUG.name}"'
        - button "Remove ${MUG.name}"
  `);

  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await expectReadable(page, 'Checkout');
  await page.getByRole('button', { name: 'Continue to payment' }).click();
  // What is wrong is said where it's wrong, and the first of it gets the focus.
  const email = page.getByLabel('E-mail');
  await expect(email).toBeFocused();
  await expect(email).toHaveAttribute('aria-invalid', 'true');
  await expect(email).toHaveAccessibleDescription(/Please give an e-mail address/);
  for (const [label, autocomplete] of [
    ['E-mail', 'email'],
    ['Full name', 'name'],
    ['Street and number', 'address-line1'],
    ['Postal code', 'postal-code'],
    ['City', 'address-level2'],
  ] as const)
    await expect(page.getByLabel(label)).toHaveAttribute('autocomplete', autocomplete);

  await checkout.fillDetails(buyer);
  await expectReadable(page, 'Checkout');
  await expect(page.getByRole('region', { name: 'Payment' })).toMatchAriaSnapshot(`
    - region "Payment":
      - heading "Payment" [level=2]
      - radiogroup "Test cards":
        - radio /Visa.*Goes through/ [checked]
        - radio /Visa, declined/
        - radio /Visa, insufficient funds/
        - radio /Visa, slow bank/
        - radio /Visa, silent bank/
      - button /Pay €/
  `);

  await checkout.chooseCard('Visa, slow bank');
  await checkout.pay();
  // News is spoken without a move of the focus.
  await expect(page.locator('[aria-live=polite]').filter({ hasText: 'Paying…' })).toBeVisible();
  await expect(checkout.payButton).toHaveAttribute('aria-busy', 'true');
  await confirmation.expectThanks();
  await expectReadable(page, 'Thank you');
  await page.goto('/contract');
  await expectReadable(page, 'What callers can rely on');
  await page.goto('/orders');
  await expectReadable(page, 'Your orders');
  await page.getByRole('link', { name: /^Order / }).click();
  await page.waitForURL(/\/orders\/ord_/);
  await expectReadable(page, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
});
