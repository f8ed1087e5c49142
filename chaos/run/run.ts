import { BrowserShopper } from '../clients/browser.ts';
import { Habits } from '../clients/habits.ts';
import { PageCache } from '../clients/page-cache.ts';
import { PlainShopper } from '../clients/plain.ts';
import { ProductShopper } from '../clients/product.ts';
import { noQuirks } from '../clients/quirks.ts';
import type { Quirks } from '../clients/quirks.ts';
import type { Shopper, ShopperOptions } from '../clients/shopper.ts';
import { Nemesis } from '../faults/index.ts';
import type { Site } from '../faults/site.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { RandomStream } from '../random.ts';
import type { RunClock } from '../topology/clock.ts';
import type { Topology } from '../topology/topology.ts';
import { streamOf } from '../schedule/draw.ts';
import type { PlannedIntent, Schedule } from '../schedule/schedule.ts';
import type { Evidence } from './evidence.ts';

export interface RunParts {
  schedule: Schedule;
  topology: Topology;
  history: HistoryRecorder;
  clock: RunClock;
  evidence: Evidence;
  signal: AbortSignal;
  /** Of all customers; default: none is wrong. */
  habits?: Habits | undefined;
}

/** One drive of a scenario: what it may use, and its customers. */
export class Run {
  readonly schedule: Schedule;
  readonly topology: Topology;
  readonly history: HistoryRecorder;
  readonly clock: RunClock;
  readonly evidence: Evidence;
  readonly signal: AbortSignal;
  readonly #habits: Habits;
  readonly #pageCache = new PageCache();
  readonly site: Site;
  readonly nemesis: Nemesis;
  readonly #intents: ReadonlyMap<string, PlannedIntent>;
  readonly #quirks = new Map<string, Quirks>();
  readonly #shoppers = new Map<string, Shopper>();
  readonly #streams = new Map<string, RandomStream>();

  constructor(parts: RunParts) {
    this.schedule = parts.schedule;
    this.topology = parts.topology;
    this.history = parts.history;
    this.clock = parts.clock;
    this.evidence = parts.evidence;
    this.signal = parts.signal;
    this.#habits = parts.habits ?? new Habits();
    this.#intents = new Map(this.schedule.intents.map((intent) => [intent.nonce, intent]));
    const { links, points, failpoints, commitLog, watch, stack } = this.topology;
    this.site = {
      links,
      points,
      failpoints,
      commitLog,
      watch,
      database: stack.postgres,
      process: (name) => this.topology.process(name),
      databaseCanary: async (link) => (link.startsWith('db@') ? this.topology.canary(link) : null),
      intent: (nonce) => this.intent(nonce),
      operations: () => watch.openOperations(this.schedule.intents),
      overSince: (index) => watch.overSince(this.schedule.intents, index),
      intentOf: (customer) => this.#intentOf(customer),
      quirks: (customer) => this.#quirksOf(customer),
    };
    this.nemesis = new Nemesis(this.site, this.history);
  }

  intent(nonce: string): PlannedIntent {
    const intent = this.#intents.get(nonce);
    if (intent === undefined) throw new Error(`There is no intent ${nonce}.`);
    return intent;
  }

  /** The customer of an intent; always the same one, with their cookie and their keys. */
  shopper(intent: PlannedIntent): Shopper {
    const known = this.#shoppers.get(intent.nonce);
    if (known !== undefined) return known;
    const shopper = this.#makeShopper(intent);
    this.#shoppers.set(intent.nonce, shopper);
    return shopper;
  }

  /** Those who came with a browser. */
  get browsers(): BrowserShopper[] {
    return [...this.#shoppers.values()].filter((shopper) => shopper instanceof BrowserShopper);
  }

  #intentOf(customer: string): PlannedIntent {
    const intent = this.schedule.intents.find((each) => each.customer === customer);
    if (intent === undefined) throw new Error(`There is no customer ${customer}.`);
    return intent;
  }

  #quirksOf(customer: string): Quirks {
    const quirks = this.#quirks.get(customer) ?? noQuirks();
    this.#quirks.set(customer, quirks);
    return quirks;
  }

  /** All that the scenario plays, in the order that was drawn; the final phase has the others. */
  get workload(): PlannedIntent[] {
    return this.schedule.intents.filter(({ role }) => role !== 'after-healing');
  }

  /** Those that nothing is meant to happen to; of both clients. */
  get unharmed(): PlannedIntent[] {
    return this.workload.filter(({ hit }) => hit === null);
  }

  /** Those that are hit, round by round; of both clients. No round at all where the fault is off. */
  get rounds(): PlannedIntent[][] {
    const rounds = Map.groupBy(
      this.workload.filter(({ hit }) => hit !== null),
      ({ round }) => round,
    );
    return [...rounds].toSorted(([a], [b]) => a - b).map(([, intents]) => intents);
  }

  /** A stream goes on where it was: begun anew for each call, it would draw the same again. */
  #stream(customer: string, purpose: string): RandomStream {
    const name = JSON.stringify([customer, purpose]);
    const stream = this.#streams.get(name) ?? streamOf(this.schedule, customer, purpose);
    this.#streams.set(name, stream);
    return stream;
  }

  #makeShopper(intent: PlannedIntent): Shopper {
    const nodes = this.topology.stack.web.length;
    const quirks = this.#quirksOf(intent.customer);
    const options: ShopperOptions = {
      intent,
      lines: intent.lines,
      delivery: intent.delivery,
      history: this.history,
      // From node to node, as a load balancer would; or always the same, as some do.
      route: (attempt) =>
        this.topology.stack.edgeUrl(
          quirks.isSticky ? intent.homeNode : ((intent.homeNode + attempt - 2) % nodes) + 1,
        ),
      quirks,
      limits: this.schedule.limits,
      habits: this.#habits,
      pageCache: this.#pageCache,
      random: (purpose) => this.#stream(intent.customer, purpose),
      signal: this.signal,
    };
    switch (intent.client) {
      case 'plain':
        return new PlainShopper(options);
      case 'product':
        return new ProductShopper(options);
      case 'browser':
        return new BrowserShopper(options, () => this.topology.browser());
      default:
        return intent.client satisfies never;
    }
  }
}
