import { expect, type Page } from 'playwright/test';

/** The shop's front, and the page of one piece. */
export class CataloguePage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.goto('/');
    await expect(this.#page.getByRole('article').first()).toBeVisible();
  }

  async choose(piece: string): Promise<void> {
    await this.#page.getByRole('link', { name: piece, exact: true }).click();
    await expect(this.#page.getByRole('heading', { level: 1, name: piece })).toBeVisible();
  }

  async addToCart(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Add to cart' }).click();
    await expect(this.#page.getByText('In your cart', { exact: true })).toBeVisible();
  }

  /** Without the way through the shop's front. */
  async putInCart(sku: string): Promise<void> {
    await this.#page.goto(`/product/${sku}`);
    await this.addToCart();
  }
}
