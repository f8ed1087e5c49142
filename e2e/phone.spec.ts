import type { Page } from 'playwright/test';
import { expect, MUG, test } from './fixtures.ts';

test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });

/** Below this, WCAG 2.2 (2.5.8) calls a target too small for a finger. */
const SMALLEST_TARGET_PX = 24;

/** Nothing runs past the screen's edge, and whatever is there to be pressed can be hit. */
async function expectFits(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `pixels past the edge at ${page.url()}`).toBeLessThanOrEqual(0);
  const small = await page
    .getByRole('main')
    .locator('a, button, input:not([type=hidden]), [role=radio], [role=combobox]')
    .evaluateAll((elements, smallest) => {
      // Inside of a label, or under a card's stretched link, the whole of that takes the press.
      const target = (element: Element) => element.closest('label, article') ?? element;
      return elements
        .filter((element) => element.checkVisibility() && element.getAttribute('aria-hidden') !== 'true')
        .map((element) => ({
          text: element.outerHTML.slice(0, 120),
          box: target(element).getBoundingClientRect(),
        }))
        .filter(({ box }) => box.width < smallest || box.height < smallest)
        .map(({ text }) => text);
    }, SMALLEST_TARGET_PX);
  expect(small, `too small to be hit at ${page.url()}`).toEqual([]);
}

test('a purchase on a phone', async ({ page, buyer, checkout, confirmation }) => {
  await page.goto('/');
  await page.getByRole('link', { name: MUG.name, exact: true }).waitFor();
  await expectFits(page);
  await page.getByRole('link', { name: MUG.name, exact: true }).tap();
  await page.getByRole('heading', { level: 1, name: MUG.name }).waitFor();
  await expectFits(page);
  await page.getByRole('button', { name: 'Add to cart' }).tap();
  await page.getByRole('link', { name: 'Cart, 1 piece' }).tap();
  await page.getByRole('link', { name: 'Go to checkout' }).waitFor();
  await expectFits(page);
  await page.getByRole('link', { name: 'Go to checkout' }).tap();
  await page.getByLabel('E-mail').waitFor();
  await expectFits(page);

  await checkout.fillDetails(buyer);
  await expectFits(page);
  // What it comes to is one press away.
  await page.getByRole('complementary', { name: 'Your order' }).getByText('Your order').first().tap();
  await expect(
    page.getByRole('complementary', { name: 'Your order' }).getByText(MUG.name).first(),
  ).toBeVisible();
  await expectFits(page);

  await checkout.payButton.tap();
  await confirmation.expectThanks();
  await expectFits(page);
  await page.getByRole('main').getByRole('link', { name: 'Your orders' }).tap();
  await page.getByRole('heading', { level: 1, name: 'Your orders' }).waitFor();
  await page.getByRole('article').first().waitFor();
  await expectFits(page);
});
