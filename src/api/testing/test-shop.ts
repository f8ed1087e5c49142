import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyTRPCRouter } from '@trpc/server';
import { SandboxClient } from '../../../sandbox/testing/sandbox-client.ts';
import { startSandbox } from '../../../sandbox/testing/sandbox-process.ts';
import { createTestDatabase } from '../../../stack/testing/database.ts';
import type { Problem } from '../../idempotency/index.ts';
import { makeKey } from '../../idempotency/testing/index.ts';
import type { WorkerEnv } from '../../env.ts';
import { createServices, type Services } from '../../services.ts';
import { customerCookie, newCustomerId } from '../customer-cookie.ts';
import { createHandler, type Handler } from '../handler.ts';
import { expectPublished } from './expect-published.ts';

const COOKIE_SECRET = 'a secret that is long enough for tests';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body's bytes, as text. */
  readonly text: string;
  readonly data: never;
  readonly error: {
    code: string;
    definite: boolean;
    retryable: boolean;
    operationId: string | null;
    detail: string;
  } | null;
}

/** The answer to a call without tRPC: the body is the answer itself, or a problem. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: never;
}

export interface Charge {
  readonly payment_intent: string;
  readonly amount: number;
  readonly status: 'succeeded' | 'failed';
  readonly payment_method: string;
}

/**
 * The shop's API on a real database and the real payment sandbox, with as many nodes as a test wants in
 * one process. Everything is asked as a caller asks it: a request in, bytes out.
 */
export async function startTestShop(): Promise<TestShop> {
  const database = await createTestDatabase('seeded');
  const directory = await mkdtemp(join(tmpdir(), 'shop-test-'));
  const sandbox = await startSandbox({ ledgerPath: join(directory, 'ledger.sqlite'), slowMs: 1_000 });
  return new TestShop(database, sandbox, directory);
}

export class TestShop implements AsyncDisposable {
  readonly #database: Awaited<ReturnType<typeof createTestDatabase>>;
  readonly #sandbox: Awaited<ReturnType<typeof startSandbox>>;
  readonly #directory: string;
  readonly #services: Services[] = [];
  #nodes = 0;

  constructor(
    database: Awaited<ReturnType<typeof createTestDatabase>>,
    sandbox: Awaited<ReturnType<typeof startSandbox>>,
    directory: string,
  ) {
    this.#database = database;
    this.#sandbox = sandbox;
    this.#directory = directory;
  }

  /** The settings of one more process. */
  env(changes: { STRIPE_API_BASE?: string } = {}): WorkerEnv {
    return {
      DATABASE_URL: this.#database.appUrl,
      STRIPE_SECRET_KEY: 'sk_test_sandbox',
      STRIPE_API_BASE: this.#sandbox.url,
      NODE_NAME: `node-${++this.#nodes}`,
      REGION: 'here',
      AUDIT_SECRET: 'a secret that names keys in the audit trail',
      LOG_LEVEL: 'silent',
      ...changes,
    };
  }

  /** One more process's worth of pools, engine and gateway. */
  services(changes: { STRIPE_API_BASE?: string } = {}): Services {
    const services = createServices(this.env(changes));
    this.#services.push(services);
    return services;
  }

  node(changes: { STRIPE_API_BASE?: string } = {}, router?: AnyTRPCRouter): Handler {
    return createHandler(this.services(changes), COOKIE_SECRET, router);
  }

  /** The provider itself, past every gateway: what it shows is what was really charged. */
  get provider(): SandboxClient {
    return new SandboxClient(this.#sandbox.url);
  }

  get providerUrl(): string {
    return this.#sandbox.url;
  }

  /** Money movements for one payment method's token. */
  async charges(paymentMethod: string): Promise<Charge[]> {
    const response = await fetch(`${this.#sandbox.url}/sandbox/ledger`);
    const { charges } = (await response.json()) as { charges: Charge[] };
    return charges.filter((charge) => charge.payment_method === paymentMethod);
  }

  /** How many requests have come to the provider, whatever became of them. */
  async providerRequests(): Promise<number> {
    const response = await fetch(`${this.#sandbox.url}/sandbox/requests`);
    return ((await response.json()) as unknown[]).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#services.map((services) => services.close()));
    await this.#sandbox.stop();
    await this.#database[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true });
  }
}

/** A guest with their cookie. */
export class TestCustomer {
  readonly customerId = newCustomerId();
  readonly #cookie: string;

  constructor() {
    this.#cookie = `customer=${customerCookie(this.customerId, COOKIE_SECRET)}`;
  }

  async query(node: Handler, path: string, input?: unknown): Promise<Answer> {
    const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    return read(
      path,
      await node(new Request(`http://shop/api/trpc/${path}${search}`, { headers: { cookie: this.#cookie } })),
    );
  }

  async mutate(
    node: Handler,
    path: string,
    input: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.post(node, path, JSON.stringify(input), headers);
  }

  /** A body as it is, rubbish too. */
  async post(
    node: Handler,
    path: string,
    body: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return read(path, await this.send(node, path, body, headers));
  }

  /** The answer as it came, where it isn't one call's. */
  async send(
    node: Handler,
    path: string,
    body: string,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const request = this.request(path, body, headers);
    return node(new Request(request.url, { method: 'POST', body: request.body, headers: request.headers }));
  }

  /** A mutation as data, for a process that this one can only tell of it. */
  request(path: string, body: string, headers: Record<string, string> = {}) {
    const all = { 'content-type': 'application/json', cookie: this.#cookie, ...headers };
    return { url: `http://shop/api/trpc/${path}`, body, headers: all };
  }

  placeOrderRequest({ checkoutId, version }: PreparedCheckout, paymentMethod: string, key: string) {
    const body = JSON.stringify({ checkoutId, version, paymentMethod });
    const request = this.request('checkout.placeOrder', body, { 'idempotency-key': key });
    return { request, cookieSecret: COOKIE_SECRET };
  }

  /** Any request at all, with the customer's cookie in it. */
  async fetch(node: Handler, url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', this.#cookie);
    return node(new Request(new URL(url, 'http://shop'), { ...init, headers }));
  }

  /** A call without tRPC: `path` with its query, whatever method and headers. */
  async plain(node: Handler, path: string, init: RequestInit = {}): Promise<PlainAnswer> {
    const response = await this.fetch(node, `/api/v1/${path}`, init);
    const text = await response.text();
    const body: unknown = text === '' ? null : JSON.parse(text);
    const name = path.split('?', 1)[0] ?? '';
    if (text !== '') expectPublished(name, { data: body, problem: response.ok ? null : (body as Problem) });
    return { status: response.status, headers: response.headers, text, body: body as never };
  }

  async plainPost(
    node: Handler,
    path: string,
    input: unknown,
    headers: Record<string, string> = {},
  ): Promise<PlainAnswer> {
    return this.plain(node, path, {
      method: 'POST',
      body: JSON.stringify(input),
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  /** Fills the cart and goes all the way to the payment. */
  async checkOut(
    node: Handler,
    lines: Record<string, number> = { 'MUG-HARBOUR': 1 },
  ): Promise<PreparedCheckout> {
    for (const [sku, quantity] of Object.entries(lines))
      await this.mutate(node, 'cart.setLine', { sku, quantity });
    const { checkoutId } = (await this.mutate(node, 'checkout.open', {})).data as PreparedCheckout;
    const details = {
      checkoutId,
      contact: { email: 'guest@example.com', fullName: 'Ada Guest' },
      address: { line1: '1 Kiln Lane', city: 'Delft', postalCode: '2611', country: 'NL' },
      delivery: 'standard',
    };
    const checkout = (await this.mutate(node, 'checkout.setDetails', details)).data as PreparedCheckout;
    await this.mutate(node, 'checkout.preparePayment', { checkoutId, version: checkout.version });
    return checkout;
  }

  async placeOrder(
    node: Handler,
    { checkoutId, version }: PreparedCheckout,
    paymentMethod: string,
    key: string = makeKey(),
  ): Promise<Answer> {
    return this.mutate(
      node,
      'checkout.placeOrder',
      { checkoutId, version, paymentMethod },
      { 'idempotency-key': key },
    );
  }
}

export interface PreparedCheckout {
  readonly checkoutId: string;
  readonly version: number;
  readonly totalMinor: number;
}

async function read(path: string, response: Response): Promise<Answer> {
  const text = await response.text();
  const body = JSON.parse(text) as {
    result?: { data: never };
    error?: { data: Problem };
  };
  expectPublished(path, { data: body.result?.data, problem: body.error?.data ?? null });
  return {
    status: response.status,
    headers: response.headers,
    text,
    data: body.result?.data as never,
    error: body.error?.data ?? null,
  };
}
