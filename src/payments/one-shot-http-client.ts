import http from 'node:http';
import https from 'node:https';
import type { Stripe } from 'stripe';

/** Stripe's largest answers here are a few kilobytes. */
const ANSWER_BYTES_MAX = 1024 * 1024;

/**
 * No answer came. `sent` is false only when it is certain that no byte of the request left.
 *
 * It has no `code` on purpose: for ECONNRESET and EPIPE the SDK sends the request again although
 * `maxNetworkRetries` is 0, and it looks for them in `code`. The original error is the `cause`.
 */
export class ExchangeFailed extends Error {
  override readonly name = 'ExchangeFailed';
  readonly sent: boolean;
  readonly timedOut: boolean;

  constructor(message: string, facts: { sent: boolean; timedOut: boolean; cause?: unknown }) {
    super(message, { cause: facts.cause });
    this.sent = facts.sent;
    this.timedOut = facts.timedOut;
  }
}

type StripeHttpClient = Stripe.HttpClient;
type StripeHttpResponse = Stripe.HttpClientResponse;
type RequestArguments = Parameters<StripeHttpClient['makeRequest']>;

/**
 * An HTTP client for the Stripe SDK that sends a request once, on a connection of its own, within a total time.
 *
 * Why not the SDK's own:
 *
 * - It keeps connections alive. One that the other side has closed meanwhile breaks on first use, and then nobody
 *   can tell 'never arrived' from 'charged, answer lost'. On a fresh connection an error before it is established
 *   proves that nothing was sent. A handshake a call is a fair price: a checkout makes two.
 * - It sends again by itself after a closed connection, at `maxNetworkRetries: 0` too.
 * - Its timeout counts silence, so an answer that drips in never times out.
 */
export class OneShotHttpClient implements StripeHttpClient {
  getClientName(): string {
    return 'one-shot';
  }

  makeRequest(
    ...[host, port, path, method, headers, body, protocol, timeoutMs]: RequestArguments
  ): Promise<StripeHttpResponse> {
    const { request: open } = protocol === 'http' ? http : https;
    // `connect` on plain HTTP is the first instant at which bytes of the request can leave; under TLS that is
    // the end of the handshake.
    const established = protocol === 'http' ? 'connect' : 'secureConnect';
    return new Promise((resolve, reject) => {
      let sent = false;
      const deadline = AbortSignal.timeout(timeoutMs);
      const fail = (cause: unknown): void => {
        const timedOut = deadline.aborted;
        const what = timedOut ? `No answer within ${timeoutMs} ms` : 'The connection failed';
        reject(
          new ExchangeFailed(`${what}, ${sent ? 'after' : 'before'} the request was sent.`, {
            sent,
            timedOut,
            cause,
          }),
        );
      };
      const request = open(
        { host, port, path, method, headers, agent: false, signal: deadline },
        (response) => {
          readAnswer(response).then((text) => resolve(new WholeResponse(response, text)), fail);
        },
      );
      request.once('socket', (socket) => socket.once(established, () => (sent = true)));
      request.on('error', fail);
      request.end(body);
    });
  }
}

/** A response is an answer once it is complete: half a body is none. */
async function readAnswer(response: http.IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > ANSWER_BYTES_MAX)
      throw new Error(`The answer is larger than ${ANSWER_BYTES_MAX} bytes.`);
  }
  if (!response.complete) throw new Error('The answer was cut off.');
  return text;
}

class WholeResponse implements StripeHttpResponse {
  readonly #response: http.IncomingMessage;
  readonly #text: string;

  constructor(response: http.IncomingMessage, text: string) {
    this.#response = response;
    this.#text = text;
  }

  getStatusCode(): number {
    return this.#response.statusCode ?? 0;
  }

  getHeaders(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.#response.headers).map(([name, value]) => [name, String(value)]),
    );
  }

  getRawResponse(): unknown {
    return this.#response;
  }

  toStream(): never {
    throw new Error('Streaming answers are not supported: no call of the gateway needs one.');
  }

  async toJSON(): Promise<unknown> {
    return JSON.parse(this.#text);
  }
}
