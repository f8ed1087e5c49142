import { expect, type Locator, type Page } from 'playwright/test';
import type { Buyer } from '../buyer.ts';
import { euros } from './euros.ts';

/** A test card by the name that the page gives it. */
export type Card =
  'Visa' | 'Visa, declined' | 'Visa, insufficient funds' | 'Visa, slow bank' | 'Visa, silent bank';

export type State = 'idle' | 'paying' | 'unknown' | 'refused' | 'paid';

export class CheckoutPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get payButton(): Locator {
    return this.page.getByRole('button', { name: /^Pay €/ });
  }

  async open(): Promise<void> {
    await this.page.goto('/checkout');
    await expect(this.page.getByRole('heading', { level: 1, name: 'Checkout' })).toBeVisible();
  }

  async fillDetails(buyer: Buyer): Promise<void> {
    await this.page.getByLabel('E-mail').fill(buyer.email);
    await this.page.getByLabel('Full name').fill(buyer.fullName);
    await this.page.getByLabel('Street and number').fill(buyer.line1);
    await this.page.getByLabel('Postal code').fill(buyer.postalCode);
    await this.page.getByLabel('City').fill(buyer.city);
    await this.page.getByRole('button', { name: 'Continue to payment' }).click();
    await this.expectReadyToPay();
  }

  async chooseCard(card: Card): Promise<void> {
    const option = this.page.getByRole('radio', { name: new RegExp(`^${card}(?!,)`) });
    await option.click();
    await expect(option).toBeChecked();
  }

  async pay(): Promise<void> {
    await this.payButton.click();
  }

  /** The payment is prepared at the provider, so the next press charges. */
  async expectReadyToPay(totalMinor?: number): Promise<void> {
    await expect(this.payButton).toBeEnabled();
    if (totalMinor !== undefined) await expect(this.payButton).toHaveText(`Pay ${euros(totalMinor)}`);
  }

  async expectState(state: State, timeout?: number): Promise<void> {
    await expect(this.page.getByTestId('payment-state')).toHaveAttribute(
      'data-state',
      state,
      timeout === undefined ? {} : { timeout },
    );
  }

  /** Nothing on the page starts a payment. */
  async expectNoPaymentOffered(): Promise<void> {
    await expect(this.payButton.and(this.page.locator(':enabled:not([aria-disabled=true])'))).toHaveCount(0);
  }
}
