import { expect, type Page } from 'playwright/test';

interface ShownOrder {
  readonly orderId: string;
  readonly status: string;
  readonly total: string;
}

export class OrdersPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.goto('/orders');
    await expect(this.#page.getByRole('heading', { level: 1, name: 'Your orders' })).toBeVisible();
  }

  /** Exactly these, in any order. */
  async expectOrders(orders: readonly ShownOrder[]): Promise<void> {
    const shown = this.#page.getByRole('main').getByRole('article');
    await expect(shown).toHaveCount(orders.length);
    for (const { orderId, status, total } of orders) {
      const card = shown.filter({ has: this.#page.locator(`a[href="/orders/${orderId}"]`) });
      await expect(card.getByTestId('order-status')).toHaveAttribute('data-status', status);
      await expect(card).toContainText(total);
    }
  }
}
