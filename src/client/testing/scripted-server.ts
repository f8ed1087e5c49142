import { once } from 'node:events';
import http from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly key: string | undefined;
  readonly attempt: string | undefined;
  readonly reason: string | undefined;
  readonly input: unknown;
  /** Resolves when the client has gone before it had a whole answer. */
  readonly abandoned: Promise<void>;
}

export type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

/** A real HTTP server that gives each request the next answer of a script, and tells what it received. */
export class ScriptedServer implements AsyncDisposable {
  readonly received: ReceivedRequest[] = [];
  readonly #server: http.Server;
  #script: Answer[] = [];
  #otherwise: Answer;
  #waiting: { count: number; resolve: () => void }[] = [];

  private constructor(server: http.Server, otherwise: Answer) {
    this.#server = server;
    this.#otherwise = otherwise;
  }

  /** @param otherwise - the answer to every request for which the script has none (any more). */
  static async start(otherwise: Answer = ok({})): Promise<ScriptedServer> {
    const server = http.createServer();
    const scripted = new ScriptedServer(server, otherwise);
    server.on('request', (request, response) => void scripted.#receive(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/trpc`;
  }

  script(...answers: Answer[]): void {
    this.#script.push(...answers);
  }

  /** Resolves when so many requests have been received in all, and what they say is known. */
  async requests(count: number): Promise<ReceivedRequest> {
    if (this.received.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    }
    return this.received[count - 1] as ReceivedRequest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #receive(request: http.IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { headers } = request;
    const received: ReceivedRequest = {
      method: request.method ?? '',
      path: (request.url ?? '').replace(/^\/api\/trpc\//, ''),
      headers,
      key: headers['idempotency-key'] as string | undefined,
      attempt: headers['x-attempt'] as string | undefined,
      reason: headers['x-retry-reason'] as string | undefined,
      input: text === '' ? undefined : JSON.parse(text),
      abandoned: new Promise((resolve) =>
        response.on('close', () => {
          if (!response.writableFinished) resolve();
        }),
      ),
    };
    this.received.push(received);
    (this.#script.shift() ?? this.#otherwise)(response, received);
    for (const { resolve } of this.#waiting.filter(({ count }) => count <= this.received.length)) resolve();
    this.#waiting = this.#waiting.filter(({ count }) => count > this.received.length);
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** A success of tRPC. */
export function ok(data: unknown): Answer {
  return (response) => response.writeHead(200, JSON_TYPE).end(JSON.stringify({ result: { data } }));
}

/** A refusal of our API. */
export function refuse(
  code: string,
  status: number,
  more: {
    definite?: boolean;
    retryable?: boolean;
    retryAfterMs?: number;
    operationId?: string;
    serverTime?: string;
    headers?: Record<string, string>;
  } = {},
): Answer {
  const { headers, ...rest } = more;
  const data = {
    type: 'about:blank',
    title: code,
    status,
    httpStatus: status,
    detail: code,
    code,
    definite: false,
    retryable: false,
    retryAfterMs: null,
    operationId: null,
    ...rest,
  };
  return (response) =>
    response
      .writeHead(status, { ...JSON_TYPE, ...headers })
      .end(JSON.stringify({ error: { code: -32_000, message: code, data } }));
}

/** Any bytes under any status. */
export function raw(status: number, body: string, headers: Record<string, string> = JSON_TYPE): Answer {
  return (response) => response.writeHead(status, headers).end(body);
}

/** The connection ends without a byte. */
export const kill: Answer = (response) => response.socket?.destroy();

/** The answer ends in the middle, and the connection with it. */
export function truncate(body: string): Answer {
  return (response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': String(Buffer.byteLength(body)) });
    response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
  };
}

/** No answer, ever. */
export const hang: Answer = () => undefined;
