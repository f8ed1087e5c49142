import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a shop does with the keys that it's sent. */
export type KeyHabit =
  /** Remembers the answer under each. */
  | 'honours'
  /** Doesn't look at them. */
  | 'ignores'
  /** Remembers, and soon forgets. As long as nothing breaks, nobody can tell it from one that honours them. */
  | 'forgets';

/** Longer than anybody takes who presses twice, shorter than somebody who must ask again and again. */
const KEPT_MS = 400;

/** Long enough that a client may give up, or a second request come, in the middle of the work. */
const WORK_MS = 15;

interface Order {
  id: string;
  note: string;
}

/**
 * The smallest app that one can buy from, in memory: `POST /orders` makes an order, `GET /orders` lists all.
 * What it does with keys is its own affair.
 */
export class TinyShop implements AsyncDisposable {
  readonly #server: Server;
  readonly #orders: Order[] = [];
  readonly #answers = new Map<string, Promise<string>>();
  readonly #habit: KeyHabit;

  private constructor(habit: KeyHabit) {
    this.#habit = habit;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async open(habit: KeyHabit): Promise<TinyShop> {
    const shop = new TinyShop(habit);
    shop.#server.listen(0, '127.0.0.1');
    await once(shop.#server, 'listening');
    return shop;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.#answer(request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body);
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
    if (request.url !== '/orders') return { status: 404, body: '{"error":"there is nothing here"}' };
    if (request.method === 'GET') return { status: 200, body: JSON.stringify(this.#orders) };
    const text = await bodyOf(request);
    if (text === null) return { status: 400, body: '{"error":"half a request"}' };
    const { note } = JSON.parse(text) as { note: string };
    const key = request.headers['idempotency-key'];
    if (this.#habit === 'ignores' || typeof key !== 'string')
      return { status: 201, body: await this.#order(note) };
    const answer = this.#answers.get(key) ?? this.#order(note);
    this.#answers.set(key, answer);
    if (this.#habit === 'forgets') setTimeout(() => this.#answers.delete(key), KEPT_MS).unref();
    return { status: 201, body: await answer };
  }

  async #order(note: string): Promise<string> {
    await sleep(WORK_MS);
    const order = { id: randomUUID(), note };
    this.#orders.push(order);
    return JSON.stringify(order);
  }
}

/** Null if its end never came. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  } catch {
    return null;
  }
}
