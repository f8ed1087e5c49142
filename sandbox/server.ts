import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Api, type Answer, type ApiRequest } from './api.ts';
import type { ApiErrorBody } from './api-error.ts';
import type { Ledger } from './ledger.ts';
import { BodyTooLarge, ClientLeft, readBody } from './read-body.ts';
import { Witness } from './witness.ts';

/** How long a stopping server waits for clients that are in the middle of something. */
const STOP_GRACE_MS = 1_000;

export interface ServerOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly slowMs: number;
}

/** The sandbox's HTTP face: reads requests, delivers answers (late, or never), counts what is under way. */
export class SandboxServer {
  readonly #api: Api;
  readonly #witness: Witness;
  readonly #options: ServerOptions;
  readonly #server: Server;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(ledger: Ledger, options: ServerOptions) {
    this.#api = new Api(ledger);
    this.#witness = new Witness(ledger, () => this.#underWay.size);
    this.#options = options;
    this.#server = createServer((message, response) => this.#serve(message, response));
  }

  /** Listens on loopback only, and resolves to its address. */
  async start(): Promise<string> {
    this.#server.listen(this.#options.port, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Answers that are held back are cut: their results are in the ledger, and a retry gets them. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#stopping.abort();
    this.#server.closeIdleConnections();
    const impatience = setTimeout(() => this.#server.closeAllConnections(), STOP_GRACE_MS);
    await closed;
    clearTimeout(impatience);
    // A request is over when it is logged as finished, not when its socket is closed.
    await Promise.all(this.#underWay);
  }

  #serve(message: IncomingMessage, response: ServerResponse): void {
    const [path = '/', query = ''] = (message.url ?? '/').split('?', 2);
    const testimony = message.method === 'GET' ? this.#witness.answer(path, query) : undefined;
    if (testimony !== undefined) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(testimony));
      return;
    }
    const served = this.#serveApi(message, response, path, query)
      .catch((error: unknown) => refuse(response, error))
      .finally(() => this.#underWay.delete(served));
    this.#underWay.add(served);
  }

  async #serveApi(
    message: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
  ): Promise<void> {
    const request: ApiRequest = {
      method: message.method ?? 'GET',
      path,
      query,
      contentType: message.headers['content-type'],
      authorization: message.headers.authorization,
      idempotencyKey: headerText(message.headers['idempotency-key']),
      body: await readBody(message),
    };
    const answer = this.#api.handle(request);
    let answered = false;
    try {
      answered = await this.#deliver(answer, response);
    } finally {
      this.#api.finish(request, answer, answered);
    }
  }

  /** Resolves when the answer has left, or can't leave any more; says which. */
  async #deliver(answer: Answer, response: ServerResponse): Promise<boolean> {
    switch (answer.delivery) {
      case 'prompt':
        return send(answer, response);
      case 'late':
        // The full time even when the client has gone: Stripe doesn't stop working because nobody listens.
        await delay(this.#options.slowMs, undefined, { signal: this.#stopping.signal }).catch(
          () => undefined,
        );
        if (this.#stopping.signal.aborted) response.destroy();
        return send(answer, response);
      case 'never':
        await this.#departure(response);
        return false;
      default:
        return answer.delivery satisfies never;
    }
  }

  /** Holds the connection until the client leaves, or the sandbox stops. */
  async #departure(response: ServerResponse): Promise<void> {
    const hangUp = (): void => void response.destroy();
    this.#stopping.signal.addEventListener('abort', hangUp);
    try {
      if (this.#stopping.signal.aborted) hangUp();
      if (!response.closed) await once(response, 'close');
    } finally {
      this.#stopping.signal.removeEventListener('abort', hangUp);
    }
  }
}

async function send(answer: Answer, response: ServerResponse): Promise<boolean> {
  if (response.closed || response.destroyed) return false;
  const closed = once(response, 'close');
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
  await closed;
  return response.writableFinished;
}

/** For what never reached the API: a body too large, a client that left halfway, or a bug of our own. */
function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof ClientLeft || response.headersSent) {
    response.destroy();
    return;
  }
  const tooLarge = error instanceof BodyTooLarge;
  if (!tooLarge) console.error(error);
  const body: ApiErrorBody = tooLarge
    ? { type: 'invalid_request_error', message: error.message }
    : { type: 'api_error', message: 'The sandbox failed; nothing was executed.' };
  // The rest of the body may still be on its way: this connection can't carry another request.
  response.writeHead(tooLarge ? 413 : 500, { 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify({ error: body }));
}

function headerText(header: string | string[] | undefined): string | null {
  const text = Array.isArray(header) ? header[0] : header;
  return text === undefined || text === '' ? null : text;
}
