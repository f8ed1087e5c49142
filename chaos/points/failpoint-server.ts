import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { seenInTime } from '../topology/until.ts';

/** The boundaries at which a process of the chaos build says where it stands, and waits to be told to go on. */
export const FAILPOINTS = [
  'before_transaction',
  'entered',
  'before_commit',
  'after_commit',
  'before_remote',
  'after_remote',
  'before_take_over',
  'after_take_over',
  'before_release',
  'after_release',
  'before_answer',
] as const;
export type FailpointName = (typeof FAILPOINTS)[number];

/** What it says. Read here by a schema of the harness's own: it is a wire like any other. */
const reportSchema = z.looseObject({
  point: z.enum(FAILPOINTS),
  step: z.string().nullable(),
  key: z.string(),
  fence: z.number().nullable(),
  node: z.string(),
  pid: z.number(),
});
export type FailpointReport = z.infer<typeof reportSchema>;

/** What it is told: to go on, or to kill itself where it stands. */
type Order = 'go' | 'crash';

/** Where somebody is to be held. */
export interface FailpointWanted {
  point: FailpointName;
  /** The step's name; null: any, also none. */
  step: string | null;
  /** Null: any. */
  node: string | null;
  /** Whether it is about the key that is meant. */
  hasKey: (key: string) => boolean;
}

/**
 * Answers the processes of a chaos build at each boundary of the protocol. Nobody is kept waiting but at a
 * point that was armed, and there for as long as the harness likes: between two statements, before a COMMIT,
 * after a charge.
 *
 * ```
 *   web-1 ── POST {point, step, key, node, pid} ──▶ [armed?] ── no ──▶ {do: go}
 *                                                      └── yes: held … release ──▶ {do: go | crash}
 * ```
 */
export class FailpointServer implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #armed = new Map<string, ArmedFailpoint>();
  /** What couldn't be understood: then the harness and the seam disagree, and nothing that it held is certain. */
  misunderstood = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async listen(): Promise<FailpointServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FailpointServer(server);
  }

  /** Holds the first who comes there, under a name of the caller's. */
  arm(name: string, wanted: FailpointWanted): ArmedFailpoint {
    const armed = new ArmedFailpoint(wanted);
    this.#armed.set(name, armed);
    return armed;
  }

  /** The point that was armed by that name. */
  armed(name: string): ArmedFailpoint {
    const armed = this.#armed.get(name);
    if (armed === undefined) throw new Error(`Nothing is armed by the name ${name}.`);
    return armed;
  }

  /** Lets everybody go, and forgets what couldn't be understood: a run after others answers for its own. */
  clear(): void {
    this.misunderstood = 0;
    for (const armed of this.#armed.values()) armed.release('go');
    this.#armed.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.clear();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const body = await text(request).catch(() => null);
    // Whoever dies in the middle of its report has nothing to be told.
    if (body === null) return;
    const report = asReport(body);
    if (report === null) {
      this.misunderstood += 1;
      response.writeHead(400).end();
      return;
    }
    const first = [...this.#armed.values()].find((armed) => armed.wants(report));
    const order = first === undefined ? 'go' : await first.hold(report);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ do: order }));
  }
}

/** One boundary of one operation, at which one process is held. Whoever comes there later passes. */
export class ArmedFailpoint {
  readonly #wanted: FailpointWanted;
  readonly #order = Promise.withResolvers<Order>();
  #report: FailpointReport | null = null;
  #isReleased = false;

  constructor(wanted: FailpointWanted) {
    this.#wanted = wanted;
  }

  wants(report: FailpointReport): boolean {
    const { point, step, node, hasKey } = this.#wanted;
    return (
      this.#report === null &&
      !this.#isReleased &&
      report.point === point &&
      (step === null || report.step === step) &&
      (node === null || report.node === node) &&
      hasKey(report.key)
    );
  }

  hold(report: FailpointReport): Promise<Order> {
    this.#report = report;
    return this.#order.promise;
  }

  /** Waits until somebody stands there; null if nobody comes. */
  reached(limitMs: number): Promise<FailpointReport | null> {
    return seenInTime(() => this.#report, { what: `somebody at ${this.#wanted.point}`, limitMs, pauseMs: 2 });
  }

  /** Tells whoever stands there what to do; whoever hasn't come yet will pass. */
  release(order: Order): void {
    this.#isReleased = true;
    this.#order.resolve(order);
  }
}

function asReport(body: string): FailpointReport | null {
  try {
    return reportSchema.parse(JSON.parse(body));
  } catch {
    return null;
  }
}
