import { freePort, startStack } from '../../stack/index.ts';
import type { ManagedProcess, Stack } from '../../stack/index.ts';
import type { Browser } from 'playwright';
import { TcpRecorder } from '../arrivals/tcp-recorder.ts';
import type { Arrival } from '../arrivals/tcp-recorder.ts';
import { DatabaseCanary } from '../canary/database-canary.ts';
import { httpPasses } from '../canary/http-canary.ts';
import { Browsers } from '../clients/browsers.ts';
import { CommitLog } from '../commit-log/commit-log.ts';
import { EnvironmentError } from '../environment-error.ts';
import { Links } from '../faults/index.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { Observations } from '../observations.ts';
import { ExactPoints } from '../points/exact-points.ts';
import { FailpointServer } from '../points/failpoint-server.ts';
import type { Product, TopologyPlan } from '../schedule/schedule.ts';
import type { RunClock } from './clock.ts';
import { Observer } from './observer.ts';
import { Proxies } from './proxies.ts';
import { assertVariant, throughTheSeam, type ShopVariant } from './shop-variant.ts';
import { ShopWatch } from './shop-watch.ts';
import { until } from './until.ts';

export interface TopologyOptions extends TopologyPlan {
  dataDir: string;
  shop: ShopVariant;
  history: HistoryRecorder;
  clock: RunClock;
  /** Products that only the harness sells: their rows can be locked without holding up other intents. */
  products: readonly Product[];
}

const OWN_PRICE_MINOR = 1_900;

const CANARY_LIMIT_MS = 2_000;

/**
 * A running shop with everything that the harness puts around it.
 *
 * ```
 * clients ─▶ [edge@web-1] ─▶ recorder ─▶ web-1 ─▶ [db@web-1] ─────▶ Postgres ◀─ commit log, exact points, watch
 *                                          │ ──▶ [payments@web-1] ─▶ sandbox ◀─ watch
 *                         worker-1 ─▶ [db@worker-1], [payments@worker-1]
 * ```
 *
 * The harness's own connections go past every proxy, canaries apart.
 */
export class Topology implements AsyncDisposable {
  readonly stack: Stack;
  readonly links: Links;
  readonly commitLog: CommitLog;
  readonly points: ExactPoints;
  readonly failpoints: FailpointServer;
  readonly watch: ShopWatch;
  readonly #proxies: Proxies;
  readonly #recorders: readonly TcpRecorder[];
  readonly #browsers: Browsers;
  /** Ours in the database: connections, triggers. They end before the stack does. */
  readonly #inDatabase: AsyncDisposableStack;
  readonly #resources: AsyncDisposableStack;

  private constructor(parts: {
    stack: Stack;
    proxies: Proxies;
    links: Links;
    commitLog: CommitLog;
    points: ExactPoints;
    failpoints: FailpointServer;
    watch: ShopWatch;
    recorders: readonly TcpRecorder[];
    browsers: Browsers;
    inDatabase: AsyncDisposableStack;
    resources: AsyncDisposableStack;
  }) {
    this.stack = parts.stack;
    this.#proxies = parts.proxies;
    this.links = parts.links;
    this.commitLog = parts.commitLog;
    this.points = parts.points;
    this.failpoints = parts.failpoints;
    this.watch = parts.watch;
    this.#recorders = parts.recorders;
    this.#browsers = parts.browsers;
    this.#inDatabase = parts.inDatabase;
    this.#resources = parts.resources;
  }

  /** Starts all of it, or nothing. What can't be started here is the environment's fault. */
  static async start(options: TopologyOptions): Promise<Topology> {
    const { dataDir, webNodes, workers, history, clock, clockSkewMs, nextRelease } = options;
    await using resources = new AsyncDisposableStack();
    const failpoints = resources.use(await FailpointServer.listen());
    const failpointsUrl = options.failpoints === true ? failpoints.url : null;
    const shop = throughTheSeam(options.shop, { failpointsUrl, clockSkewMs, nextRelease });
    const stack = resources.use(
      await startStack({
        dataDir,
        ...shop,
        webNodes,
        workers,
        postgresSettings: options.postgresSettings ?? {},
        ports: 'free',
        log: 'file',
      }).catch((cause: unknown) => {
        throw new EnvironmentError(`the shop could not be started: ${messageOf(cause)}`, { cause });
      }),
    );
    for (const { name, url } of stack.web) await assertVariant(name, url, shop);
    if (stack.toxiproxyUrl === null) throw new EnvironmentError('the stack has no Toxiproxy');
    const browsers = resources.use(new Browsers());
    const { adminUrl } = stack.postgres;
    await stockProducts(adminUrl, options.products);

    const proxies = resources.use(new Proxies(stack, stack.toxiproxyUrl));
    const recorders: TcpRecorder[] = [];
    for (const { name } of stack.web) {
      const link = stack.links.get(`edge@${name}`);
      if (link === undefined) throw new EnvironmentError(`${name} has no edge link`);
      const { upstreamPort } = link;
      const listenPort = await freePort();
      const recorder = await TcpRecorder.listen({
        node: name,
        listenPort,
        upstreamPort,
        nowNs: () => clock.nowNs(),
      });
      recorders.push(resources.use(recorder));
      await proxies.retarget(link.proxy, listenPort);
    }
    const inDatabase = resources.use(new AsyncDisposableStack());
    const commitLog = inDatabase.use(await CommitLog.begin(adminUrl));
    const points = inDatabase.use(await ExactPoints.install(adminUrl));
    const arrivals = () => recorders.flatMap((recorder) => recorder.arrivals);
    const nodeAt = (address: string) => {
      const index = stack.web.findIndex((_, each) => new URL(stack.edgeUrl(each + 1)).host === address);
      return stack.web[index]?.name;
    };
    const sources = { adminUrl, sandboxUrl: stack.sandbox.url, history, arrivals, nodeAt };
    const watch = inDatabase.use(await ShopWatch.open(sources));
    const links = new Links(proxies.client, stack.links);
    const parts = {
      stack,
      proxies,
      links,
      commitLog,
      points,
      failpoints,
      watch,
      recorders,
      browsers,
      inDatabase,
    };
    return new Topology({ ...parts, resources: resources.move() });
  }

  /** For customers who come with one. */
  browser(): Promise<Browser> {
    return this.#browsers.get();
  }

  /** All that was seen so far, for the report. */
  observations(): Observations {
    return {
      links: [...this.stack.links.values()].map(({ name, listenPort }) => ({ name, listenPort })),
      arrivals: inOrder(this.#recorders),
      arrivalsAreComplete: this.#recorders.every(({ misunderstood }) => misunderstood === 0),
    };
  }

  /** Every request that reached a node, in the order of arrival. */
  get arrivals(): Arrival[] {
    const misunderstood = this.#recorders.find((recorder) => recorder.misunderstood > 0);
    if (misunderstood !== undefined)
      throw new Error('the recorder saw something on an edge that is no HTTP/1.1');
    return inOrder(this.#recorders);
  }

  /** Why this run proves nothing of the shop, a sentence each: what was done to our own machinery. */
  get trouble(): readonly string[] {
    const { misunderstood } = this.failpoints;
    if (misunderstood === 0) return this.#proxies.trouble;
    return [...this.#proxies.trouble, `${misunderstood} reports of failpoints couldn't be understood`];
  }

  /** A process of the shop, by its name. */
  process(name: string): ManagedProcess {
    const { web, workers, sandbox, postgres } = this.stack;
    const process = [...web, ...workers, sandbox, postgres].find((each) => each.name === name);
    if (process === undefined) throw new Error(`There is no process ${name}.`);
    return process;
  }

  /** The web node behind each address that customers send to. */
  get nodesByAddress(): Record<string, string> {
    return Object.fromEntries(
      this.stack.web.map(({ name }) => [`127.0.0.1:${this.linkPort(`edge@${name}`)}`, name]),
    );
  }

  linkPort(name: string): number {
    const link = this.stack.links.get(name);
    if (link === undefined) throw new Error(`There is no link ${name}.`);
    return link.listenPort;
  }

  /** A canary on a database link. */
  canary(link: string): Promise<DatabaseCanary> {
    return DatabaseCanary.open(this.stack.postgres.adminUrl, this.linkPort(link));
  }

  /** Waits until a canary passes on every link: from then on the shop has no excuse. */
  async canariesPass(limitMs: number): Promise<void> {
    for (const { name, listenPort } of this.stack.links.values()) {
      const url = `http://127.0.0.1:${listenPort}`;
      const passes = () => {
        if (name.startsWith('edge@')) return httpPasses(`${url}/api/health`, CANARY_LIMIT_MS);
        if (name.startsWith('payments@')) return httpPasses(`${url}/health`, CANARY_LIMIT_MS);
        return DatabaseCanary.passes(this.stack.postgres.adminUrl, listenPort);
      };
      await until(passes, { what: `a canary to pass on ${name}`, limitMs });
    }
  }

  /**
   * Makes ready for another run after one that has ended: its products are there, its nodes run, and nothing is
   * remembered of what was before. The history must have begun anew.
   */
  async beginAnew(products: readonly Product[], restocked: readonly Product[]): Promise<void> {
    const { adminUrl } = this.stack.postgres;
    await this.points.clear();
    this.failpoints.clear();
    this.#proxies.trouble.length = 0;
    await stockProducts(adminUrl, products);
    await restock(adminUrl, restocked);
    await this.commitLog.forget();
    for (const recorder of this.#recorders) recorder.forget();
    this.watch.forget();
    await Promise.all([...this.stack.web, ...this.stack.workers].map((node) => node.start()));
  }

  /** Takes everything of ours out of the database, and leaves: then it can be copied. */
  async letGoOfDatabase(): Promise<void> {
    await this.#inDatabase.disposeAsync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

function inOrder(recorders: readonly TcpRecorder[]): Arrival[] {
  return recorders.flatMap(({ arrivals }) => arrivals).toSorted((a, b) => a.headNs - b.headNs);
}

async function stockProducts(adminUrl: string, products: readonly Product[]): Promise<void> {
  await using observer = await Observer.connect({ adminUrl, name: 'stock' });
  const skus = products.map(({ sku }) => sku);
  await observer.rows(
    `INSERT INTO product (sku, name, summary, description, category, price_minor, currency, picture_seed, position)
     SELECT sku, 'Chaos ' || n, 'Sold to nobody else.', 'Sold to nobody else.', 'Chaos', $2, 'EUR', 10000,
            n + (SELECT max(position) FROM product)
       FROM unnest($1::text[]) WITH ORDINALITY AS own (sku, n)`,
    [skus, OWN_PRICE_MINOR],
  );
  await observer.rows(
    `INSERT INTO stock (sku, initial, available)
     SELECT sku, pieces, pieces FROM unnest($1::text[], $2::int[]) AS own (sku, pieces)`,
    [skus, products.map(({ stock }) => stock)],
  );
}

/** Fills products up to so many pieces. What is sold stays sold. */
async function restock(adminUrl: string, products: readonly Product[]): Promise<void> {
  await using observer = await Observer.connect({ adminUrl, name: 'stock' });
  await observer.rows(
    `UPDATE stock SET initial = initial + pieces - available, available = pieces
       FROM unnest($1::text[], $2::int[]) AS own (sku, pieces)
      WHERE stock.sku = own.sku AND available < pieces`,
    [products.map(({ sku }) => sku), products.map(({ stock }) => stock)],
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
