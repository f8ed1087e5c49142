import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page, Request } from 'playwright';
import { classifyAnswer, hashOf } from '../history/answer.ts';
import type { OperationEvent } from '../history/event.ts';
import { asPageSeen, asPlacedOrder } from '../history/value.ts';
import type { OutcomeSeen, PageSeen, PlacedOrder } from '../history/value.ts';
import { until } from '../topology/until.ts';
import { askOf, detailsOf, processOf } from './customer.ts';
import { markCards, PAGE_SAYS, watchPage } from './page-watch.ts';
import { asOffer } from './shop-answers.ts';
import type { Offer } from './shop-answers.ts';
import type { PayEnd, PayOptions, Shopper, ShopperOptions } from './shopper.ts';

const PLACE_ORDER = '/api/trpc/checkout.placeOrder';

/** A shop that is cut off for as long as any scenario cuts it. */
const PREPARE_LIMIT_MS = 60_000;
const PAGE_LIMIT_MS = 15_000;
/** Of a page that doesn't come whole. */
const LOADS_MAX = 3;
/** So long people look at a page on which nothing goes on. */
const SILENCE_MS = 6_000;
/** Between the page's reading of an answer and ours. */
const ANSWER_LIMIT_MS = 3_000;

/** How the page calls the cards of the provider. */
const CARD_TITLES: Readonly<Record<string, string>> = {
  pm_card_visa: 'Visa',
  pm_card_chargeDeclined: 'Visa, declined',
  pm_card_chargeDeclinedInsufficientFunds: 'Visa, insufficient funds',
  pm_card_slow: 'Visa, slow bank',
};

/** One tab of the customer's browser. */
interface Tab {
  page: Page;
  process: string;
  /** What it said last. */
  seen: PageSeen | null;
  /** The purchase that it has under way, from the press (or a resumed attempt) until the page knows. */
  call: OperationEvent | null;
  end: PayEnd | null;
}

/**
 * A customer with a real browser and the shop's real pages. It does what people do (press, reload, open a
 * second tab, close it and come back) and writes down what went over the wire and what the pages said.
 */
export class BrowserShopper implements Shopper {
  readonly #options: ShopperOptions;
  readonly #launch: () => Promise<Browser>;
  readonly #tabs = new Map<number, Tab>();
  readonly #attempts = new Map<Request, OperationEvent>();
  #context: BrowserContext | null = null;
  #offer: Offer | null = null;
  #acknowledged: PlacedOrder | null = null;
  #lastCode: string | null = null;

  constructor(options: ShopperOptions, launch: () => Promise<Browser>) {
    this.#options = options;
    this.#launch = launch;
  }

  async prepare(): Promise<void> {
    const { lines, signal } = this.#options;
    const context = await this.#open();
    const { page } = await this.#tab(0);
    const deadline = performance.now() + PREPARE_LIMIT_MS;
    for (;;) {
      try {
        await page.goto('/', { timeout: PAGE_LIMIT_MS });
        for (const data of lines) {
          const response = await context.request.post('/api/trpc/cart.setLine', { data });
          if (!response.ok()) throw new Error(`the cart answered ${response.status()}`);
        }
        await page.goto('/checkout', { timeout: PAGE_LIMIT_MS });
        await this.#fillDetails(page);
        await page
          .getByRole('button', { name: /^Pay €/, disabled: false })
          .waitFor({ timeout: PAGE_LIMIT_MS });
        if (this.#offer !== null) return;
        throw new Error('the page offers what no answer has told');
      } catch (cause) {
        signal.throwIfAborted();
        if (performance.now() > deadline)
          throw new Error(`${this.#options.intent.customer} never came to the button`, { cause });
        await sleep(250, undefined, { signal });
      }
    }
  }

  async pay(paymentMethod: string, { tab: number = 0, maxAttempts }: PayOptions = {}): Promise<PayEnd> {
    const tab = await this.#tab(number);
    if (number !== 0) await tab.page.goto('/checkout', { timeout: PAGE_LIMIT_MS }).catch(() => null);
    const button = tab.page.getByRole('button', { name: /^Pay €/ });
    await this.#chooseCard(tab.page, paymentMethod);
    tab.end = null;
    // A second tab that finds the payment under way has nothing to press, and watches.
    const mayPress = await button
      .click({ timeout: number === 0 ? PAGE_LIMIT_MS : 2_000 })
      .then(() => true)
      .catch(() => false);
    if (!mayPress && number === 0) throw new Error(`${tab.process} found no button to press`);
    if (maxAttempts === 1) return this.#giveUp(tab);
    return this.#end(tab);
  }

  /** Comes back to the checkout, which goes on with what was left. */
  async payAgain(): Promise<PayEnd> {
    return this.comeBack();
  }

  /** Presses Pay, and reloads while it isn't known what came of it. */
  async payAndReload(paymentMethod: string): Promise<PayEnd> {
    const tab = await this.#press(paymentMethod);
    this.#leave(tab, 'reloaded');
    await tab.page.reload({ timeout: PAGE_LIMIT_MS }).catch(() => null);
    return this.#end(tab);
  }

  /** Presses Pay, goes back to the page before, and forward again. */
  async payAndGoBack(paymentMethod: string): Promise<PayEnd> {
    const tab = await this.#press(paymentMethod);
    await tab.page.goBack({ timeout: PAGE_LIMIT_MS }).catch(() => null);
    return this.comeBack();
  }

  /** Presses Pay, closes the tab, and comes back in a new one. */
  async payAndClose(paymentMethod: string): Promise<PayEnd> {
    await this.#press(paymentMethod);
    await this.#close(0, 'closed');
    return this.comeBack();
  }

  /** Opens the checkout anew: what is pending there is resumed by the page itself. */
  async comeBack(): Promise<PayEnd> {
    const tab = await this.#tab(0);
    if (tab.call !== null) this.#leave(tab, 'left');
    tab.end = null;
    return this.#load(tab);
  }

  /** Looks at the orders, once all is settled: the page's last word. */
  async lookBack(): Promise<void> {
    if (this.#context === null) return;
    const tab = await this.#tab(0);
    if (tab.call !== null) this.#leave(tab, 'left');
    await tab.page.goto('/orders', { timeout: PAGE_LIMIT_MS });
    await tab.page.getByRole('heading', { level: 1, name: 'Your orders' }).waitFor();
    await tab.page.getByText('Loading').waitFor({ state: 'detached', timeout: PAGE_LIMIT_MS });
    const orders = await tab.page.evaluate(() =>
      [...document.querySelectorAll('main article')].map((article) => ({
        orderId:
          article.querySelector('a[href^="/orders/"]')?.getAttribute('href')?.slice('/orders/'.length) ?? '',
        status: article.querySelector('[data-testid="order-status"]')?.getAttribute('data-status') ?? '',
      })),
    );
    this.#write(tab, { page: '/orders', says: 'nothing', orderId: null, offersPayment: false, orders });
  }

  /** A browser asks by its pages. */
  async askOutcome(): Promise<OutcomeSeen | null> {
    await this.comeBack();
    return null;
  }

  closeKey(): Promise<boolean> {
    return Promise.reject(new Error('Bug: a page closes its attempts itself'));
  }

  listOrders(): Promise<void> {
    return this.lookBack();
  }

  readOrder(): Promise<void> {
    throw new Error('Bug: a customer with a browser looks at no stranger’s order');
  }

  /** Closes everything that this customer has open. */
  async close(): Promise<void> {
    for (const tab of this.#tabs.values()) this.#leave(tab, 'closed');
    await this.#context?.close();
  }

  async #open(): Promise<BrowserContext> {
    if (this.#context !== null) return this.#context;
    const browser = await this.#launch();
    const { intent, route } = this.#options;
    const context = await browser.newContext({ baseURL: route(1) });
    this.#context = context;
    await context.exposeBinding(PAGE_SAYS, ({ page }, seen: unknown) => this.#said(page, seen));
    await context.addInitScript(watchPage, PAGE_SAYS);
    await context.addInitScript(markCards, intent.nonce);
    context.on('request', (request) => this.#sent(request));
    context.on('requestfinished', (request) => void this.#answered(request));
    context.on('requestfailed', (request) => this.#failed(request));
    return context;
  }

  async #tab(number: number): Promise<Tab> {
    const known = this.#tabs.get(number);
    if (known !== undefined) return known;
    const context = await this.#open();
    const page = await context.newPage();
    const process = processOf(this.#options.intent, number === 0 ? undefined : number);
    const tab: Tab = { page, process, seen: null, call: null, end: null };
    this.#tabs.set(number, tab);
    return tab;
  }

  async #fillDetails(page: Page): Promise<void> {
    const { contact, address } = detailsOf(this.#options.intent);
    const email = page.getByLabel('E-mail');
    const button = page.getByRole('button', { name: /^Pay €/ });
    await email.or(button).first().waitFor({ timeout: PAGE_LIMIT_MS });
    if (!(await email.isVisible())) return;
    await email.fill(contact.email);
    await page.getByLabel('Full name').fill(contact.fullName);
    await page.getByLabel('Street and number').fill(address.line1);
    await page.getByLabel('Postal code').fill(address.postalCode);
    await page.getByLabel('City').fill(address.city);
    await page.getByRole('button', { name: 'Continue to payment' }).click({ timeout: PAGE_LIMIT_MS });
  }

  async #chooseCard(page: Page, paymentMethod: string): Promise<void> {
    const title = CARD_TITLES[paymentMethod.slice(0, paymentMethod.lastIndexOf('_'))];
    if (title === undefined) throw new Error(`Bug: no page offers the card ${paymentMethod}`);
    // Where a payment is under way there is nothing to choose.
    await page
      .getByRole('radio', { name: new RegExp(`^${title}(?!,)`) })
      .click({ timeout: 2_000 })
      .catch(() => undefined);
  }

  async #press(paymentMethod: string): Promise<Tab> {
    const tab = await this.#tab(0);
    await this.#chooseCard(tab.page, paymentMethod);
    tab.end = null;
    const sent = tab.page.waitForRequest((request) => isPlaceOrder(request), { timeout: PAGE_LIMIT_MS });
    await tab.page.getByRole('button', { name: /^Pay €/ }).click({ timeout: PAGE_LIMIT_MS });
    await sent;
    return tab;
  }

  /** Goes away after the first attempt, whatever came of it. */
  async #giveUp(tab: Tab): Promise<PayEnd> {
    const call = await until(() => tab.call ?? tab.end, { what: 'an attempt', limitMs: PAGE_LIMIT_MS });
    if ('invoke' in call) await this.#firstEnd(call);
    const end = tab.end ?? { type: 'unknown', why: 'gave_up' };
    await this.#close(0, 'gave_up');
    return end;
  }

  async #firstEnd(call: OperationEvent): Promise<void> {
    const open = () => [...this.#attempts.values()].some((attempt) => attempt.call === call.index);
    await until(() => !open(), { what: 'the first attempt to end', limitMs: this.#limitMs });
  }

  /** Waits until the page knows, or says that it doesn't. One that says nothing at all is loaded again. */
  async #end(tab: Tab): Promise<PayEnd> {
    const { signal } = this.#options;
    let silentSinceMs = performance.now();
    const end = await until(
      () => {
        if (tab.end !== null) return tab.end;
        if (tab.call !== null || tab.seen?.says === 'paying') silentSinceMs = performance.now();
        return performance.now() - silentSinceMs > SILENCE_MS ? 'silent' : null;
      },
      { what: `${tab.process} to be told`, limitMs: this.#limitMs, signal, pauseMs: 20 },
    );
    return end === 'silent' ? this.#load(tab) : end;
  }

  async #load(tab: Tab): Promise<PayEnd> {
    for (let load = 1; load <= LOADS_MAX; load += 1) {
      tab.seen = null;
      // Idle, when nothing more is asked for: where an attempt is pending the page sends it at once.
      await tab.page
        .goto('/checkout', { timeout: PAGE_LIMIT_MS, waitUntil: 'networkidle' })
        .catch(() => null);
      const seen = said(tab);
      if (tab.call !== null || tab.end !== null || seen?.says === 'paying') return this.#end(tab);
      // A page whose scripts were lost on the way says nothing and offers nothing. People load it again.
      if (seen?.offersPayment === true) break;
    }
    return { type: 'unknown', why: 'nothing_pending' };
  }

  get #limitMs(): number {
    const { totalBudgetMs, attemptTimeoutMs } = this.#options.limits;
    return totalBudgetMs + 2 * attemptTimeoutMs;
  }

  /** What a page says now: into the history, and perhaps the end of its purchase. */
  #said(page: Page, said: unknown): void {
    const tab = [...this.#tabs.values()].find((each) => each.page === page);
    const seen = asPageSeen(said);
    if (tab === undefined) return;
    if (seen === null) throw new Error(`the page said something else: ${JSON.stringify(said)}`);
    tab.seen = seen;
    if (seen.says !== 'nothing') this.#write(tab, seen);
    if (seen.says === 'paid' || seen.says === 'refused') void this.#settleAsTold(tab, seen.says);
    if (seen.says === 'unknown') this.#settle(tab, { type: 'unknown', why: 'the_page_says_so' });
  }

  /** The page has read its answer before Playwright gives it to us: what the wire said is waited for. */
  async #settleAsTold(tab: Tab, says: 'paid' | 'refused'): Promise<void> {
    const isRead = () => ![...this.#attempts.values()].some(({ process }) => process === tab.process);
    await until(isRead, { what: 'the answer', limitMs: ANSWER_LIMIT_MS }).catch(() => null);
    if (says === 'refused') this.#settle(tab, { type: 'refused', code: this.#lastCode ?? 'REFUSED' });
    else if (this.#acknowledged !== null) this.#settle(tab, { type: 'ok', order: this.#acknowledged });
    // It knows from elsewhere: another tab, or the checkout itself.
    else this.#settle(tab, { type: 'unknown', why: 'paid_as_the_page_says' });
  }

  #write(tab: Tab, seen: PageSeen): void {
    const { history, intent } = this.#options;
    const invoke = history.invoke({ process: tab.process, f: 'page', intent: intent.nonce });
    history.complete(invoke, { type: 'ok', value: seen });
  }

  #settle(tab: Tab, end: PayEnd): void {
    tab.end = end;
    const { call } = tab;
    if (call === null) return;
    tab.call = null;
    const { history } = this.#options;
    if (end.type === 'ok') history.complete(call, { type: 'ok', value: end.order });
    else if (end.type === 'refused') history.complete(call, { type: 'refused', errorClass: end.code });
    else history.complete(call, { type: 'info', errorClass: end.why });
  }

  /** The customer goes away: what the page would have said, nobody reads. */
  #leave(tab: Tab, why: string): void {
    this.#settle(tab, { type: 'unknown', why });
    tab.end = null;
  }

  /** Closes a tab. What it still had under way is nobody's any more, and Playwright tells of no end of it. */
  async #close(number: number, why: string): Promise<void> {
    const tab = await this.#tab(number);
    this.#leave(tab, why);
    await tab.page.close();
    this.#tabs.delete(number);
    for (const [request, attempt] of this.#attempts) {
      if (attempt.process !== tab.process) continue;
      this.#attempts.delete(request);
      this.#options.history.complete(attempt, { type: 'info', errorClass: 'page_gone' });
    }
  }

  #sent(request: Request): void {
    if (!isPlaceOrder(request)) return;
    const { history, intent } = this.#options;
    const tab = [...this.#tabs.values()].find((each) => each.page === request.frame().page());
    if (tab === undefined || this.#offer === null) return;
    const headers = request.headers();
    const body = request.postData() ?? '';
    const { paymentMethod } = JSON.parse(body) as { paymentMethod: string };
    const value = askOf(this.#offer, intent.email, paymentMethod);
    tab.call ??= history.invoke({ process: tab.process, f: 'purchase', intent: intent.nonce, value });
    const attempt = history.invoke({
      process: tab.process,
      f: 'placeOrder',
      key: headers['idempotency-key'] ?? null,
      intent: intent.nonce,
      attempt: Number(headers['x-attempt']),
      to: new URL(request.url()).host,
      payloadHash: hashOf(body),
      value,
      call: tab.call.index,
    });
    this.#attempts.set(request, attempt);
  }

  async #answered(request: Request): Promise<void> {
    const { pathname } = new URL(request.url());
    const attempt = this.#attempts.get(request);
    const isOffer = /checkout\.(open|setDetails|get)/.test(pathname);
    if (attempt === undefined && !isOffer) return;
    const response = await request.response().catch(() => null);
    const body = await response?.body().catch(() => null);
    if (isOffer) {
      if (body) this.#offer = offerIn(body) ?? this.#offer;
      return;
    }
    const headers = await response?.allHeaders().catch(() => null);
    // Not before all of it is read: who waits for the end of an attempt waits for this.
    if (attempt === undefined || !this.#attempts.delete(request)) return;
    const { history } = this.#options;
    if (!response || !body || !headers) {
      history.complete(attempt, { type: 'info', errorClass: 'network' });
      return;
    }
    const length = headers['content-length'];
    const complete =
      length === undefined
        ? (headers['transfer-encoding'] ?? '').includes('chunked')
        : Number(length) === body.length;
    const replayed = headers['idempotent-replayed'] === 'true';
    const completion = history.complete(
      attempt,
      classifyAnswer({ httpStatus: response.status(), replayed, body, complete }, asPlacedOrder),
    );
    if (completion.type === 'ok') this.#acknowledged = completion.value as PlacedOrder;
    this.#lastCode = completion.errorClass ?? this.#lastCode;
  }

  #failed(request: Request): void {
    const attempt = this.#attempts.get(request);
    if (attempt === undefined || !this.#attempts.delete(request)) return;
    // What the page itself gave up, by its own limit or because it was left, Chromium calls aborted.
    const errorClass = request.failure()?.errorText === 'net::ERR_ABORTED' ? 'timeout' : 'network';
    this.#options.history.complete(attempt, { type: 'info', errorClass });
  }
}

/** A function, since the compiler takes a property for unchanged across an await. */
function said(tab: Tab): PageSeen | null {
  return tab.seen;
}

function isPlaceOrder(request: Request): boolean {
  return new URL(request.url()).pathname === PLACE_ORDER && request.method() === 'POST';
}

/** A checkout among the answers of one request, which may be a batch. */
function offerIn(body: Buffer): Offer | null {
  const parsed: unknown = JSON.parse(body.toString('utf8'));
  const answers = (Array.isArray(parsed) ? parsed : [parsed]) as { result?: { data?: unknown } }[];
  return answers.map((answer) => asOffer(answer.result?.data)).find((offer) => offer !== null) ?? null;
}
