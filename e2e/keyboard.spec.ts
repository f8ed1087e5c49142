import type { Locator, Page } from 'playwright/test';
import { expect, MUG, test } from './fixtures.ts';

/** More stops than any page has on the way. */
const MAX_STOPS = 60;

async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stop = 0; stop < MAX_STOPS; stop++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${MAX_STOPS} presses of Tab don’t lead to ${target.toString()}.`);
}

test('a purchase with the keyboard alone', async ({ page, buyer, errors, confirmation }) => {
  errors.expectStatus(402, 'checkout.placeOrder');
  const { keyboard } = page;
  const heading = (name: string) => page.getByRole('heading', { level: 1, name });

  await page.goto('/');
  // The first stop leads past the header.
  await keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await keyboard.press('Enter');
  const piece = page.getByRole('link', { name: MUG.name, exact: true });
  await piece.waitFor();
  await tabTo(page, piece);
  await keyboard.press('Enter');
  await heading(MUG.name).waitFor();

  await tabTo(page, page.getByRole('button', { name: 'Add to cart' }));
  await keyboard.press('Enter');
  const viewCart = page.getByRole('link', { name: 'View cart' });
  await viewCart.waitFor();
  await tabTo(page, viewCart);
  await keyboard.press('Enter');
  await heading('Your cart').waitFor();
  const toCheckout = page.getByRole('link', { name: 'Go to checkout' });
  await toCheckout.waitFor();
  await tabTo(page, toCheckout);
  await keyboard.press('Enter');

  const email = page.getByLabel('E-mail');
  await email.waitFor();
  await tabTo(page, email);
  await keyboard.type(buyer.email);
  await keyboard.press('Tab');
  await keyboard.type(buyer.fullName);
  await keyboard.press('Tab');
  await keyboard.type(buyer.line1);
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await keyboard.type(buyer.postalCode);
  await keyboard.press('Tab');
  await keyboard.type(buyer.city);
  await keyboard.press('Tab');
  await expect(page.getByRole('combobox', { name: 'Country' })).toBeFocused();
  await keyboard.press('ArrowDown');
  await page.getByRole('listbox').waitFor();
  await keyboard.press('Escape');
  await keyboard.press('Tab');
  await expect(page.getByRole('radio', { name: /^Standard/ })).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: /^Express/ })).toBeChecked();
  await tabTo(page, page.getByRole('button', { name: 'Continue to payment' }));
  await keyboard.press('Enter');

  const pay = page.getByRole('button', { name: /^Pay €/ });
  await expect(pay).toBeEnabled();
  const visa = page.getByRole('radio', { name: /^Visa ?(?!,)/ }).first();
  await tabTo(page, visa);
  await keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: /^Visa, declined/ })).toBeChecked();
  await tabTo(page, pay);
  await keyboard.press('Enter');
  await expect(page.getByRole('alert').getByText('Your bank declined this card.')).toBeVisible();
  // Refused where one is: the focus is still on the button, and the cards are one step back.
  await expect(pay).toBeFocused();
  await keyboard.press('Shift+Tab');
  await keyboard.press('ArrowUp');
  await expect(visa).toBeChecked();
  await keyboard.press('Tab');
  await expect(pay).toBeFocused();
  await keyboard.press('Space');
  await confirmation.expectThanks();
  await expect(heading('Thank you')).toBeFocused();
});
