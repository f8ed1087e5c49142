import { expect, type Page } from 'playwright/test';
import { euros } from './euros.ts';

export class CartPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.goto('/cart');
    await expect(this.#page.getByRole('heading', { level: 1, name: 'Your cart' })).toBeVisible();
  }

  /** One piece more, and waits until the server has it. */
  async addOneMore(piece: string): Promise<void> {
    const saved = this.#page.waitForResponse((response) => response.url().includes('cart.setLine'));
    await this.#page.getByRole('button', { name: `More: ${piece}` }).click();
    expect((await saved).status()).toBe(200);
  }

  async expectSum(minor: number): Promise<void> {
    await expect(this.#page.getByRole('region', { name: 'Sum' })).toContainText(euros(minor));
  }

  async goToCheckout(): Promise<void> {
    await this.#page.getByRole('link', { name: 'Go to checkout' }).click();
    await expect(this.#page.getByRole('heading', { level: 1, name: 'Checkout' })).toBeVisible();
  }
}
