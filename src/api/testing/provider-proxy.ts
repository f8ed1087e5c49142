import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProviderRequest {
  readonly method: string;
  /** `/v1/refunds` */
  readonly path: string;
}

/** What becomes of one request. */
export interface Passage {
  readonly request: ProviderRequest;
  /** Hands the request on and waits until the provider has answered. */
  forward(): Promise<void>;
}

/**
 * A line to the payment provider on which a test can do what networks do, at an exact request: lose the
 * answer, hold it, let something else come first. A request that isn't forwarded never arrived; after
 * `interfere` its answer is delivered, or lost if that returned 'lost'.
 */
export async function startProviderProxy(
  targetUrl: string,
  interfere: (passage: Passage) => Promise<'delivered' | 'lost'>,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await bodyOf(incoming);
      const request = { method: incoming.method ?? 'GET', path: incoming.url ?? '/' };
      let answer: { status: number; text: string } | null = null;
      const fate = await interfere({
        request,
        forward: async () => {
          const response = await fetch(targetUrl + request.path, {
            method: request.method,
            headers: headersOf(incoming),
            ...(body.length > 0 && { body }),
          });
          answer = { status: response.status, text: await response.text() };
        },
      });
      const { status, text } = answer ?? { status: 0, text: '' };
      if (fate === 'lost' || status === 0) incoming.socket.destroy();
      else outgoing.writeHead(status, { 'content-type': 'application/json' }).end(text);
    })().catch(() => incoming.socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  incoming.setEncoding('utf8');
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return text;
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const kept = ['authorization', 'content-type', 'idempotency-key'];
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = incoming.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
