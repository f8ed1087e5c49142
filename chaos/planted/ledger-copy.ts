import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PATHS = ['/sandbox/ledger', '/sandbox/requests', '/sandbox/open'] as const;
const HTTP_TIMEOUT_MS = 10_000;

/** A row of the ledger as the sandbox tells it, every field of it. */
export type LedgerRow = Record<string, unknown>;

/** What the sandbox says about itself, word for word: a planting changes the copy, never the witness. */
export interface LedgerDocument {
  '/sandbox/ledger': { intents: LedgerRow[]; charges: LedgerRow[]; refunds: LedgerRow[] };
  '/sandbox/requests': LedgerRow[];
  '/sandbox/open': { open: number };
}

export async function copyLedger(sandboxUrl: string): Promise<LedgerDocument> {
  const documents = await Promise.all(
    PATHS.map(async (path) => {
      const response = await fetch(`${sandboxUrl}${path}`, { signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) });
      if (!response.ok) throw new Error(`${sandboxUrl}${path} answered ${response.status}`);
      return [path, await response.json()] as const;
    }),
  );
  return Object.fromEntries(documents) as unknown as LedgerDocument;
}

/** Serves a copied ledger as the sandbox would, so that the final read can't tell the difference. */
export async function serveLedger(document: LedgerDocument): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    const path = PATHS.find((known) => known === request.url);
    response.writeHead(path === undefined ? 404 : 200, {
      'content-type': 'application/json',
      connection: 'close',
    });
    response.end(JSON.stringify(path === undefined ? null : document[path]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
