import type { DataDirectory } from './data-directory.ts';
import { answers } from './http-probe.ts';
import type { Link } from './link.ts';
import { ManagedProcess } from './managed-process.ts';

const READY_LIMIT_MS = 10_000;

/** An API call can hang for ever when a proxy is wedged (a toxic added while its client reads nothing). */
const CALL_LIMIT_MS = 5_000;

/** The Shopify server, with one proxy a link. */
export class Toxiproxy extends ManagedProcess {
  readonly apiUrl: string;
  readonly #links: Link[] = [];

  constructor(directory: DataDirectory, options: { binary: string; port: number }) {
    const apiUrl = `http://127.0.0.1:${options.port}`;
    super(directory, {
      name: 'toxiproxy',
      command: options.binary,
      // The metrics count the bytes received and sent in each direction: evidence that a fault bit.
      args: ['-host', '127.0.0.1', '-port', String(options.port), '-proxy-metrics'],
      // Its default logs every call of its API.
      env: { LOG_LEVEL: 'info' },
      readyLimit_ms: READY_LIMIT_MS,
      isReady: () => answers(`${apiUrl}/version`),
    });
    this.apiUrl = apiUrl;
  }

  /** Opens the links; a restarted server gets them again, without the toxics that they had. */
  async open(links: Link[]): Promise<void> {
    await openProxies(this.apiUrl, links);
    this.#links.push(...links);
  }

  override async start(): Promise<void> {
    await super.start();
    await openProxies(this.apiUrl, this.#links);
  }
}

/** Makes the proxies at a server, or sets those that are there already to their addresses. */
export async function openProxies(apiUrl: string, links: Link[]): Promise<void> {
  if (links.length === 0) return;
  const proxies = links.map((link) => ({
    name: link.proxy,
    listen: `127.0.0.1:${link.listenPort}`,
    upstream: `${link.upstreamHost ?? '127.0.0.1'}:${link.upstreamPort}`,
    enabled: true,
  }));
  await call(apiUrl, 'POST', '/populate', proxies);
}

export async function closeProxies(apiUrl: string, links: Link[]): Promise<void> {
  for (const link of links) await call(apiUrl, 'DELETE', `/proxies/${encodeURIComponent(link.proxy)}`);
}

async function call(apiUrl: string, method: string, path: string, body?: unknown): Promise<void> {
  const response = await fetch(apiUrl + path, {
    method,
    signal: AbortSignal.timeout(CALL_LIMIT_MS),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Toxiproxy answered ${method} ${path} with ${response.status}: ${text}`);
}
