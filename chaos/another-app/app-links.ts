import { freePort, startToxiproxy } from '../../stack/index.ts';
import type { Link, Toxiproxy } from '../../stack/index.ts';
import { TcpRecorder } from '../arrivals/tcp-recorder.ts';
import { EnvironmentError } from '../environment-error.ts';
import { Links } from '../faults/index.ts';
import type { Observations } from '../observations.ts';
import type { RunClock } from '../topology/clock.ts';
import { Proxies } from '../topology/proxies.ts';
import { until } from '../topology/until.ts';
import { reach } from './address.ts';
import type { Address } from './address.ts';
import type { App, AppLink } from './app.ts';

export interface AppLinksOptions {
  app: App;
  allowRemote: boolean;
  /** For Toxiproxy's own files. */
  dataDir: string;
  clock: RunClock;
}

/** What answers at all answers our own question in a few milliseconds. */
const ASK_LIMIT_MS = 2_000;

/** The names of an app's nodes, as those of the shop are called: who reads a report knows them. */
export function nodeNames({ nodes }: Pick<App, 'nodes'>): string[] {
  return nodes.map((_, index) => `web-${index + 1}`);
}

/** The names of all its links. */
export function linkNames(app: Pick<App, 'nodes' | 'links'>): string[] {
  return [...nodeNames(app).map((node) => `edge@${node}`), ...app.links.map(linkName)];
}

/** What comes before the `@` says what is spoken there. */
function linkName({ name, kind }: AppLink): string {
  return `${kind === 'postgres' ? 'db' : 'http'}@${name}`;
}

/**
 * Finds everything that the app file says, before anything is done to any of it.
 *
 * @throws AppMistake if an address isn't of this machine, and that wasn't allowed
 * @throws EnvironmentError if nobody answers at one
 */
export async function reachAll(
  { nodes, links }: Pick<App, 'nodes' | 'links'>,
  { allowRemote }: Pick<AppLinksOptions, 'allowRemote'>,
): Promise<{ nodes: Address[]; others: Address[] }> {
  return {
    nodes: await Promise.all(nodes.map((url) => reach(url, { allowRemote }))),
    others: await Promise.all(links.map(({ to }) => reach(to, { allowRemote }))),
  };
}

/**
 * What the harness puts around an app that runs already.
 *
 * ```
 * customers ─▶ [edge@web-1] ─▶ recorder ─▶ the app's node
 *                                            the app ─▶ [http@bank] ─▶ its bank
 * ```
 */
export class AppLinks implements AsyncDisposable {
  readonly links: Links;
  readonly #names: ReadonlyMap<string, Link>;
  readonly #proxies: Proxies;
  readonly #recorders: readonly TcpRecorder[];
  readonly #resources: AsyncDisposableStack;

  private constructor(
    names: ReadonlyMap<string, Link>,
    proxies: Proxies,
    recorders: readonly TcpRecorder[],
    resources: AsyncDisposableStack,
  ) {
    this.links = new Links(proxies.client, names);
    this.#names = names;
    this.#proxies = proxies;
    this.#recorders = recorders;
    this.#resources = resources;
  }

  /**
   * @throws AppMistake if an address isn't of this machine
   * @throws EnvironmentError if nobody answers at one, or a port is taken
   */
  static async open({ app, allowRemote, dataDir, clock }: AppLinksOptions): Promise<AppLinks> {
    const { nodes, others } = await reachAll(app, { allowRemote });
    await using resources = new AsyncDisposableStack();
    const server = await startToxiproxy({ dataDir }).catch((cause: unknown) => {
      throw new EnvironmentError(`Toxiproxy could not be started: ${textOf(cause)}`, { cause });
    });
    const toxiproxy = resources.use(server).process;
    const proxies = resources.use(new Proxies({ toxiproxy }, toxiproxy.apiUrl));
    const recorders: TcpRecorder[] = [];
    const links: Link[] = [];
    for (const [index, node] of nodeNames(app).entries()) {
      const { host, port } = nodes[index] as Address;
      const recorder = await TcpRecorder.listen({
        node,
        listenPort: await freePort(),
        upstreamHost: host,
        upstreamPort: port,
        nowNs: () => clock.nowNs(),
      });
      recorders.push(resources.use(recorder));
      const name = `edge@${node}`;
      links.push({ name, proxy: name, listenPort: await freePort(), upstreamPort: recorder.port });
    }
    for (const [index, link] of app.links.entries()) {
      const { host, port } = others[index] as Address;
      const name = linkName(link);
      const upstreamHost = host.includes(':') ? `[${host}]` : host;
      links.push({ name, proxy: name, listenPort: link.listenPort, upstreamHost, upstreamPort: port });
    }
    await openAll(toxiproxy, links);
    const names = new Map(links.map((link) => [link.name, link]));
    return new AppLinks(names, proxies, recorders, resources.move());
  }

  /** Where customers reach a node: `http://127.0.0.1:…`. From 1 on. */
  edgeUrl(node: number): string {
    const link = this.#names.get(`edge@web-${node}`);
    if (link === undefined) throw new Error(`There is no node ${node}.`);
    return `http://127.0.0.1:${link.listenPort}`;
  }

  observations(): Observations {
    return {
      links: [...this.#names.values()].map(({ name, listenPort }) => ({ name, listenPort })),
      arrivals: this.#recorders.flatMap(({ arrivals }) => arrivals).toSorted((a, b) => a.headNs - b.headNs),
      arrivalsAreComplete: this.#recorders.every(({ misunderstood }) => misunderstood === 0),
    };
  }

  /** The name of the node behind an address that a customer used. */
  nodeAt(address: string): string | null {
    const found = [...this.#names.values()].find(({ listenPort }) => address.endsWith(`:${listenPort}`));
    return found?.name.replace('edge@', '') ?? null;
  }

  get trouble(): readonly string[] {
    return this.#proxies.trouble;
  }

  /** Waits until our own question is answered on every link: from then on the app has no excuse. */
  async canariesPass(limitMs: number): Promise<void> {
    for (const name of this.#names.keys()) {
      const passes = async () => (await this.links.ask(name, ASK_LIMIT_MS)).bytes > 0;
      await until(passes, { what: `an answer on ${name}`, limitMs });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

async function openAll(toxiproxy: Toxiproxy, links: Link[]): Promise<void> {
  await toxiproxy.open(links).catch((cause: unknown) => {
    throw new EnvironmentError(`A link could not be opened: ${textOf(cause)}`, { cause });
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
