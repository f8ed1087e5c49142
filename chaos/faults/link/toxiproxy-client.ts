import { EnvironmentError } from '../../environment-error.ts';

export type Stream = 'upstream' | 'downstream';

/**
 * The toxics that the faults are made of. `upstream` is from the client to the server, `downstream` the
 * way back. Toxicity is always 1: Toxiproxy's own dice can't be seeded, and even at 0 a toxic disturbs
 * how connections close.
 */
export type Toxic = { name: string; stream: Stream } & (
  | { type: 'latency'; attributes: { latency: number; jitter: number } }
  | { type: 'limit_data'; attributes: { bytes: number } }
  | { type: 'timeout'; attributes: { timeout: number } }
  | { type: 'bandwidth'; attributes: { rate: number } }
  | { type: 'reset_peer'; attributes: { timeout: number } }
  | { type: 'slow_close'; attributes: { delay: number } }
  | { type: 'slicer'; attributes: { average_size: number; size_variation: number; delay: number } }
);

/** What a proxy counted, of the connections that have ended. */
export interface ByteCount {
  received: number;
  sent: number;
}

/** A wedged server answers after 25 s, or never. Nothing that is healthy takes a tenth of this. */
const CALL_LIMIT_MS = 5_000;

/** Toxiproxy answered with a status that it shouldn't have. */
export class ToxiproxyRefused extends Error {
  override readonly name = 'ToxiproxyRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Toxiproxy gave no answer in its time, and so is wedged or gone. When this is thrown it has been
 * restarted, without toxics: what was meant to be healed is, and what is under way proves nothing.
 */
export class ToxiproxyWedged extends Error {
  override readonly name = 'ToxiproxyWedged';
}

/**
 * The HTTP API of a Toxiproxy server, as much of it as the harness needs.
 *
 * Our own rather than toxiproxy-node-client: that one waits for ever on a wedged server, and its errors
 * know neither status nor body. `/reset` is missing on purpose: it re-enables what others took down.
 */
export class ToxiproxyClient {
  readonly url: string;
  readonly #restart: (why: string) => Promise<void>;

  /**
   * `restart` brings a server back that gives no answer; each call that gets none calls it. Without it
   * such a server is the environment's fault.
   */
  constructor(url: string, restart: (why: string) => Promise<void> = cannotRestart) {
    this.url = url.replace(/\/$/, '');
    this.#restart = restart;
  }

  async addToxic(proxy: string, toxic: Toxic): Promise<void> {
    await this.#call('POST', `${path(proxy)}/toxics`, { ...toxic, toxicity: 1 });
  }

  /** Removing a toxic that isn't there is an error: whoever heals must know what is broken. */
  async removeToxic(proxy: string, name: string): Promise<void> {
    await this.#call('DELETE', `${path(proxy)}/toxics/${encodeURIComponent(name)}`);
  }

  /** Whether it listens, and the names of its toxics. */
  async proxy(proxy: string): Promise<{ enabled: boolean; toxics: string[] }> {
    const { enabled, toxics } = (await this.#json('GET', path(proxy))) as {
      enabled: boolean;
      toxics: { name: string }[];
    };
    return { enabled, toxics: toxics.map(({ name }) => name) };
  }

  /** Disabled, a proxy ends its connections and refuses new ones; the bytes that a toxic held are destroyed. */
  async enable(proxy: string, enabled: boolean): Promise<void> {
    const answer = (await this.#json('POST', path(proxy), { enabled })) as { enabled?: unknown };
    if (answer.enabled !== enabled) throw new Error(`${proxy} is ${enabled ? 'still down' : 'not down'}`);
  }

  /** Points a proxy at another port. Its own port stays; connections that are open are closed. */
  async retarget(proxy: string, upstreamPort: number): Promise<void> {
    const upstream = `127.0.0.1:${upstreamPort}`;
    const answer = (await this.#json('POST', path(proxy), { upstream })) as { upstream?: unknown };
    if (answer.upstream !== upstream) throw new Error(`${proxy} still leads to ${String(answer.upstream)}`);
  }

  /** Resolves if the server answers at all. */
  async ping(): Promise<void> {
    await this.#call('GET', '/version');
  }

  /** Bytes that came into the proxy and that left it in one direction: the difference was lost in it. */
  async bytes(proxy: string, stream: Stream): Promise<ByteCount> {
    const text = await this.#call('GET', '/metrics');
    return { received: sumOf(text, 'received', proxy, stream), sent: sumOf(text, 'sent', proxy, stream) };
  }

  async #json(method: string, route: string, body?: unknown): Promise<unknown> {
    return JSON.parse(await this.#call(method, route, body));
  }

  async #call(method: string, route: string, body?: unknown): Promise<string> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.url + route, {
        method,
        signal: AbortSignal.timeout(CALL_LIMIT_MS),
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      text = await response.text();
    } catch (cause) {
      const why = `Toxiproxy gave no answer to ${method} ${route} within ${CALL_LIMIT_MS} ms`;
      await this.#restart(why);
      throw new ToxiproxyWedged(`${why}, and was restarted`, { cause });
    }
    if (!response.ok) {
      throw new ToxiproxyRefused(
        response.status,
        `Toxiproxy answered ${method} ${route} with ${response.status}: ${text.trim()}`,
      );
    }
    return text;
  }
}

async function cannotRestart(why: string): Promise<void> {
  throw new EnvironmentError(why);
}

function path(proxy: string): string {
  return `/proxies/${encodeURIComponent(proxy)}`;
}

/** Summed over all lines: a proxy that was pointed elsewhere is counted apart for each upstream. */
function sumOf(text: string, what: 'received' | 'sent', proxy: string, stream: Stream): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith(`toxiproxy_proxy_${what}_bytes_total{`)) continue;
    if (!line.includes(`direction="${stream}"`) || !line.includes(`proxy="${proxy}"`)) continue;
    sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return sum;
}
