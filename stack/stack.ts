import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, type Build } from './build.ts';
import { DataDirectory } from './data-directory.ts';
import { ensureGenerated } from './generated-client.ts';
import type { Link } from './link.ts';
import { followLog } from './log-follower.ts';
import type { ManagedProcess } from './managed-process.ts';
import { freePort, freePortFrom, returnPorts } from './ports.ts';
import type { Postgres } from './postgres.ts';
import { print, silent, type Progress } from './progress.ts';
import { Sandbox } from './sandbox.ts';
import { preparePostgres } from './standalone.ts';
import { findToxiproxy } from './toxiproxy-binary.ts';
import { closeProxies, openProxies, Toxiproxy } from './toxiproxy.ts';
import { Web } from './web.ts';
import { Worker } from './worker.ts';

export interface StackOptions {
  /** Where the database, the ledger and the logs live. They are kept: a second start goes on with them. */
  dataDir: string;
  /** Default 1; 0 is allowed. */
  webNodes?: number;
  /** Default 1; 0 is allowed. */
  workers?: number;
  /** Web and worker; `chaos` obeys `SABOTAGE`, `FAILPOINTS_URL`, `CLOCK_SKEW_MS` and `RELEASE` in `env`. */
  build?: Build;
  /** A proxy on every link; default true. Else the processes talk directly. */
  links?: boolean;
  /** `fixed`: addresses that people type, from their usual port on. `free` (default): anywhere. */
  ports?: 'fixed' | 'free';
  /** Every process logs to `dataDir/logs`; `terminal` also shows it here. Default `file`. */
  log?: 'terminal' | 'file';
  /** Is told what is being done, and of a process that ends on its own. Default: nobody is. */
  say?: Progress;
  /** Pay at Stripe itself, in its test mode, with this key; else at the sandbox. */
  stripeSecretKey?: string;
  /** Server settings of Postgres that go over the stack's own. */
  postgresSettings?: Record<string, string>;
  /** Also for web and worker: for all of them, or what the one of that name (`web-1`, `worker-1`) gets. */
  env?: Record<string, string> | ((node: string) => Record<string, string>);
}

/** A running shop with all that it needs. */
export interface Stack extends AsyncDisposable {
  /** The address of a web node, 1 being the first, as a customer reaches it: through its link, if there is one. */
  edgeUrl(node?: number): string;
  /** The address of a web node itself. */
  directUrl(node?: number): string;
  postgres: Postgres;
  /** Null without links, and when a server that somebody else runs is used (TOXIPROXY_URL). */
  toxiproxy: Toxiproxy | null;
  /** Where the links' proxies are managed; null without links. */
  toxiproxyUrl: string | null;
  sandbox: Sandbox;
  web: Web[];
  workers: Worker[];
  /** `edge@web-1`, `db@web-1`, `payments@web-1`, `db@worker-1`, `payments@worker-1`, and so on. */
  links: Map<string, Link>;
  logPath(name: string): string;
  stop(): Promise<void>;
}

/** Where `fixed` ports begin: what is taken is passed over. All lie outside the usual ephemeral range. */
const FIXED_PORTS = { edge: 3000, web: 3100, toxiproxy: 8474, sandbox: 12_111, postgres: 15_432 };

/** Starts everything and resolves when all of it is ready. If one part doesn't start, nothing is left. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { webNodes = 1, build = 'production', say = silent } = options;
  if (webNodes > 0) await ensureBuilt(build, say);
  else await ensureGenerated(say);
  const directory = await DataDirectory.open(options.dataDir);
  const launch = new Launch(directory, options, say);
  try {
    return await launch.run();
  } catch (error) {
    await launch.stop();
    throw error;
  }
}

/** One start of a stack: what has been started so far, so that all of it can be stopped at any point. */
class Launch {
  readonly #directory: DataDirectory;
  readonly #options: StackOptions;
  readonly #say: Progress;
  readonly #started: ManagedProcess[] = [];
  readonly #ports: number[] = [];
  readonly #links = new Map<string, Link>();
  /** Ends what isn't a process of ours: log followers, proxies at somebody else's server. */
  readonly #cleanUps: (() => void | Promise<void>)[] = [];
  #stopped: Promise<void> | undefined;

  constructor(directory: DataDirectory, options: StackOptions, say: Progress) {
    this.#directory = directory;
    this.#options = options;
    this.#say = say;
  }

  async run(): Promise<Stack> {
    const { webNodes = 1, workers: workerCount = 1, stripeSecretKey } = this.#options;
    const [postgres, sandbox] = await settleAll([this.#startPostgres(), this.#startSandbox()]);
    const webPorts: Record<string, number> = {};
    for (const name of namesOf('web', webNodes))
      webPorts[name] = await this.#port(this.#options.links === false ? 'edge' : 'web');
    const workerNames = namesOf('worker', workerCount);
    for (const [name, port] of Object.entries(webPorts)) await this.#plan('edge', name, port);
    for (const name of [...Object.keys(webPorts), ...workerNames]) {
      await this.#plan('db', name, postgres.port);
      if (!stripeSecretKey) await this.#plan('payments', name, sandbox.port);
    }
    const { toxiproxy, toxiproxyUrl } = await this.#openLinks();

    const env = this.#environment(postgres, sandbox);
    const build = this.#options.build ?? 'production';
    const web = Object.entries(webPorts).map(
      ([name, port]) => new Web(this.#directory, { name, port, build, env: env(name) }),
    );
    const workers = workerNames.map((name) => new Worker(this.#directory, { name, build, env: env(name) }));
    await settleAll([...web, ...workers].map((each) => this.#start(each)));

    const nodeOf = (number: number): Web => {
      const node = web[number - 1];
      if (!node) throw new Error(`There is no web-${number}: this stack has ${web.length}.`);
      return node;
    };
    const stop = () => this.stop();
    return {
      edgeUrl: (number = 1) => {
        const link = this.#links.get(`edge@${nodeOf(number).name}`);
        return link ? `http://127.0.0.1:${link.listenPort}` : nodeOf(number).url;
      },
      directUrl: (number = 1) => nodeOf(number).url,
      postgres,
      toxiproxy,
      toxiproxyUrl,
      sandbox,
      web,
      workers,
      links: this.#links,
      logPath: (name) => this.#directory.logPath(name),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  }

  /** Ends all of it, in the reverse order of its start; once, however often it's called. */
  stop(): Promise<void> {
    return (this.#stopped ??= (async () => {
      const foundation = this.#started.filter((each) => !(each instanceof Web || each instanceof Worker));
      const nodes = this.#started.filter((each) => !foundation.includes(each));
      // Nodes first: while they end in order they still write, and need what they stand on.
      await Promise.all(nodes.map((each) => each.stop()));
      for (const cleanUp of this.#cleanUps) await cleanUp();
      await Promise.all(foundation.map((each) => each.stop()));
      returnPorts(this.#ports);
      this.#directory.close();
    })());
  }

  async #startPostgres(): Promise<Postgres> {
    this.#say('starting Postgres');
    const settings = this.#options.postgresSettings ?? {};
    const port = await this.#port('postgres');
    const postgres = await preparePostgres(this.#directory, { port, seeded: true, settings, say: this.#say });
    this.#watch(postgres);
    return postgres;
  }

  async #startSandbox(): Promise<Sandbox> {
    const sandbox = new Sandbox(this.#directory, { port: await this.#port('sandbox') });
    await this.#start(sandbox);
    return sandbox;
  }

  async #start(each: ManagedProcess): Promise<void> {
    this.#say(`starting ${each.name}`);
    this.#watch(each);
    await each.start();
  }

  #watch(each: ManagedProcess): void {
    this.#started.push(each);
    each.onUnexpectedEnd((how) => this.#say(`${each.name} ${how}; its log is ${each.logPath}`));
    if (this.#options.log !== 'terminal') return;
    this.#cleanUps.push(followLog(each.logPath, (line) => print(`[${each.name}] ${line}`)));
  }

  /** Plans the link between a node and one thing that it reaches, or (`edge`) through which it is reached. */
  async #plan(what: 'edge' | 'db' | 'payments', node: string, upstreamPort: number): Promise<void> {
    if (this.#options.links === false) return;
    const name = `${what}@${node}`;
    const listenPort = await this.#port(what === 'edge' ? 'edge' : null);
    this.#links.set(name, { name, proxy: name, listenPort, upstreamPort });
  }

  async #openLinks(): Promise<{ toxiproxy: Toxiproxy | null; toxiproxyUrl: string | null }> {
    if (this.#options.links === false) return { toxiproxy: null, toxiproxyUrl: null };
    const links = [...this.#links.values()];
    const outside = process.env['TOXIPROXY_URL'];
    if (outside) {
      // A server that others use too: its proxies need names of our own, and it is never reset.
      const prefix = randomBytes(4).toString('hex');
      for (const link of links) link.proxy = `${prefix}-${link.name}`;
      this.#cleanUps.push(() => closeProxies(outside, links));
      await openProxies(outside, links);
      return { toxiproxy: null, toxiproxyUrl: outside };
    }
    const binary = await findToxiproxy(this.#say);
    const toxiproxy = new Toxiproxy(this.#directory, { binary, port: await this.#port('toxiproxy') });
    await this.#start(toxiproxy);
    await toxiproxy.open(links);
    return { toxiproxy, toxiproxyUrl: toxiproxy.apiUrl };
  }

  /** What a node is told; that a proxy lies between it and an address it can't see. */
  #environment(postgres: Postgres, sandbox: Sandbox): (name: string) => Record<string, string> {
    const { stripeSecretKey, env = {} } = this.#options;
    // Kept with the data: with a new one everybody would be another customer, without their orders.
    const cookieSecret = this.#secret('cookie-secret');
    const auditSecret = this.#secret('audit-secret');
    return (name) => {
      const database = new URL(postgres.appUrl);
      database.port = String(this.#links.get(`db@${name}`)?.listenPort ?? postgres.port);
      const paymentsPort = this.#links.get(`payments@${name}`)?.listenPort ?? sandbox.port;
      return {
        DATABASE_URL: database.href,
        COOKIE_SECRET: cookieSecret,
        AUDIT_SECRET: auditSecret,
        ...(stripeSecretKey
          ? { STRIPE_SECRET_KEY: stripeSecretKey }
          : { STRIPE_SECRET_KEY: 'sk_test_sandbox', STRIPE_API_BASE: `http://127.0.0.1:${paymentsPort}` }),
        LOG_LEVEL: 'info',
        ...(typeof env === 'function' ? env(name) : env),
      };
    };
  }

  /** The same as long as the data is. */
  #secret(name: string): string {
    const path = join(this.#directory.path, name);
    if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600 });
    return readFileSync(path, 'utf8');
  }

  async #port(kind: keyof typeof FIXED_PORTS | null): Promise<number> {
    const isFixed = this.#options.ports === 'fixed' && kind !== null;
    const port = await (isFixed ? freePortFrom(FIXED_PORTS[kind]) : freePort());
    this.#ports.push(port);
    return port;
  }
}

const namesOf = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);

/**
 * As `Promise.all`, but waits for the others too when one fails: what is still being started then
 * could otherwise not be stopped.
 */
async function settleAll<T extends readonly unknown[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(promises);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as {
    -readonly [K in keyof T]: Awaited<T[K]>;
  };
}
