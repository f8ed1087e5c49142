import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, type Page } from 'playwright/test';
import { ensureBuilt, findBrowser, removeData, startStack, type Stack } from '../stack/index.ts';
import { newBuyer, type Buyer } from './buyer.ts';
import { ErrorWatch } from './error-watch.ts';
import { audit, lookAround, type Ends } from './oracle/audit.ts';
import { ProviderLedger } from './oracle/ledger.ts';
import { OrderBook } from './oracle/order-book.ts';
import { CataloguePage } from './pages/catalogue-page.ts';
import { CheckoutPage } from './pages/checkout-page.ts';
import { ConfirmationPage } from './pages/confirmation-page.ts';
import { recordPlacements, type Placement } from './placements.ts';
import { Toxics } from './toxics.ts';

interface TestFixtures {
  /** What the test is meant to come to; `bought` unless it says otherwise. */
  ends: Ends;
  buyer: Buyer;
  errors: ErrorWatch;
  toxics: Toxics;
  /** All payments that pages of the test's context have sent. */
  placements: Placement[];
  checkout: CheckoutPage;
  confirmation: ConfirmationPage;
  /** A page on which the buyer has all but pressed Pay: a piece in the cart, the details given. */
  readyToPay: CheckoutPage;
  /** After each test: do page, orders and ledger agree, and did the page complain of anything? */
  verdict: void;
}

interface WorkerFixtures {
  stack: Stack;
  book: OrderBook;
  ledger: ProviderLedger;
}

/** A build, should there be none of these sources, and the start of all processes. */
const START_LIMIT_MS = 300_000;

const LOGS = join(import.meta.dirname, '..', 'reports', 'e2e', 'logs');

export const test = base.extend<TestFixtures, WorkerFixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  launchOptions: [async ({}, use) => use(await findBrowser()), { scope: 'worker' }],

  stack: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      await ensureBuilt('production');
      const dataDir = mkdtempSync(join(tmpdir(), 'shop-e2e-'));
      const stack = await startStack({ dataDir, ports: 'free', log: 'file' });
      try {
        await use(stack);
      } finally {
        await stack.stop();
        rmSync(LOGS, { recursive: true, force: true });
        cpSync(join(dataDir, 'logs'), LOGS, { recursive: true });
        await removeData(dataDir);
      }
    },
    { scope: 'worker', timeout: START_LIMIT_MS },
  ],

  book: [
    async ({ stack }, use) => {
      const book = new OrderBook(stack.postgres.adminUrl);
      await use(book);
      await book.close();
    },
    { scope: 'worker' },
  ],

  ledger: [async ({ stack }, use) => use(new ProviderLedger(stack.sandbox.url)), { scope: 'worker' }],

  baseURL: async ({ stack }, use) => use(stack.edgeUrl()),

  ends: ['bought', { option: true }],

  // oxlint-disable-next-line no-empty-pattern
  buyer: async ({}, use) => use(newBuyer()),

  errors: async ({ context }, use) => {
    const errors = new ErrorWatch();
    errors.watch(context);
    await use(errors);
  },

  toxics: async ({ stack }, use) => {
    const toxics = new Toxics(stack);
    await use(toxics);
    await toxics.healAll();
  },

  placements: [async ({ context }, use) => use(recordPlacements(context)), { auto: true }],

  checkout: async ({ page }, use) => use(new CheckoutPage(page)),

  confirmation: async ({ page }, use) => use(new ConfirmationPage(page)),

  readyToPay: async ({ page, buyer }, use) => use(await getReadyToPay(page, buyer)),

  verdict: [
    async ({ book, ledger, page, buyer, ends, errors }, use, testInfo) => {
      const before = await lookAround({ book, ledger });
      await use();
      try {
        // A test that failed has stopped halfway, where nothing needs to agree yet.
        if (testInfo.errors.length === 0) await audit({ book, ledger, page }, { before, buyer, ends });
      } finally {
        expect.soft(errors.unexpected(), 'errors of the page that nobody expected').toEqual([]);
      }
    },
    { auto: true },
  ],
});

export const { expect } = test;

/** The pieces that tests buy: cheap ones of which there are many. */
export const MUG = { sku: 'MUG-HARBOUR', name: 'Harbour mug', priceMinor: 2800 } as const;
export const DELIVERY_MINOR = 490;

export async function getReadyToPay(page: Page, buyer: Buyer): Promise<CheckoutPage> {
  await new CataloguePage(page).putInCart(MUG.sku);
  const checkout = new CheckoutPage(page);
  await checkout.open();
  await checkout.fillDetails(buyer);
  await checkout.expectReadyToPay(MUG.priceMinor + DELIVERY_MINOR);
  return checkout;
}
