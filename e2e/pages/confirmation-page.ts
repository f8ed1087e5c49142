import { expect, type Page } from 'playwright/test';
import { euros } from './euros.ts';

const ADDRESS = /\/checkout\/confirmation\/([^/?#]+)$/;

export class ConfirmationPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** @param timeout longer than usual where a retry or another process has to get there first */
  async expectThanks(timeout = 10_000): Promise<void> {
    await expect(this.#page.getByRole('heading', { level: 1, name: 'Thank you' })).toBeVisible({ timeout });
    await expect(this.#page.getByTestId('payment-state')).toHaveAttribute('data-state', 'paid');
    expect(this.#page.url()).toMatch(ADDRESS);
  }

  async expectTotal(minor: number): Promise<void> {
    await expect(this.#page.getByTestId('order-total')).toHaveText(euros(minor));
  }

  orderId(): string {
    return ADDRESS.exec(this.#page.url())?.[1] ?? `(no order in ${this.#page.url()})`;
  }

  async reference(): Promise<string> {
    return this.#page.getByTestId('order-reference').innerText();
  }
}
