import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, removeData, startToxiproxy } from '../../../stack/index.ts';
import type { Standalone, Toxiproxy } from '../../../stack/index.ts';
import { HistoryRecorder } from '../../history/recorder.ts';
import type { PlannedFault } from '../../schedule/schedule.ts';
import { planned } from '../fault.ts';
import type { Fault } from '../fault.ts';
import { Links } from '../link/links.ts';
import { ToxiproxyClient } from '../link/toxiproxy-client.ts';
import { Nemesis } from '../nemesis.ts';
import { Caller, Echo } from './echo.ts';
import { siteOf } from './site.ts';

/** What a healthy server says of itself, long enough for a slice or two. */
const HEALTH = JSON.stringify({ ok: true, why: 'nobody has hit it yet; '.repeat(10) });

/** A link of a test's own, with a nemesis for it. */
export interface FaultyLinkUnderTest {
  name: string;
  nemesis: Nemesis;
  history: HistoryRecorder;
  links: Links;
  call(): Promise<Caller>;
  plan<Params extends Record<string, unknown>>(fault: Fault<Params>, params: Params): PlannedFault;
}

/** A real Toxiproxy, and behind it two servers: one that echoes, and one that answers as a web node does. */
export class FaultyLinks {
  readonly toxiproxy: ToxiproxyClient;
  readonly echo = new Echo();
  readonly #server: Standalone<Toxiproxy>;
  readonly #dataDir: string;
  readonly #health: Server;
  readonly #callers: Caller[] = [];
  #echoPort = 0;
  #count = 0;

  private constructor(server: Standalone<Toxiproxy>, dataDir: string) {
    this.#server = server;
    this.#dataDir = dataDir;
    this.toxiproxy = new ToxiproxyClient(server.process.apiUrl);
    this.#health = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(HEALTH);
    });
  }

  static async start(): Promise<FaultyLinks> {
    const dataDir = mkdtempSync(join(tmpdir(), 'chaos-faults-'));
    const all = new FaultyLinks(await startToxiproxy({ dataDir }), dataDir);
    all.#echoPort = await all.echo.listen();
    all.#health.listen(0, '127.0.0.1');
    await once(all.#health, 'listening');
    return all;
  }

  /** To the echo: what passes, what arrives, how connections end. */
  toEcho(): Promise<FaultyLinkUnderTest> {
    return this.#open('test', this.#echoPort);
  }

  /** To a server that answers our own question. */
  toServer(): Promise<FaultyLinkUnderTest> {
    return this.#open('edge', (this.#health.address() as AddressInfo).port);
  }

  hangUp(): void {
    for (const caller of this.#callers.splice(0)) caller.destroy();
  }

  async stop(): Promise<void> {
    this.echo.close();
    this.#health.close();
    await this.#server.stop();
    await removeData(this.#dataDir);
  }

  async #open(kind: string, upstreamPort: number): Promise<FaultyLinkUnderTest> {
    const name = `${kind}@link-${(this.#count += 1)}`;
    const listenPort = await freePort();
    await this.#server.process.open([{ name, proxy: name, listenPort, upstreamPort }]);
    const history = new HistoryRecorder(null);
    const links = new Links(this.toxiproxy, new Map([[name, { name, proxy: name, listenPort }]]));
    return {
      name,
      history,
      links,
      nemesis: new Nemesis(siteOf({ links }), history),
      call: async () => {
        const caller = await Caller.open(listenPort);
        this.#callers.push(caller);
        return caller;
      },
      plan: (fault, params) =>
        planned(fault, fault.name, name, params, { trigger: { at: 'start' }, heal: { at: 'end' } }),
    };
  }
}
