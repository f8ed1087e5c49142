import { noQuirks } from '../clients/quirks.ts';
import type { Quirks } from '../clients/quirks.ts';
import type { PayEnd } from '../clients/shopper.ts';
import type { Site } from '../faults/site.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { RandomStream } from '../random.ts';
import { everyone } from '../run/workload.ts';
import type { Hit } from '../run/workload.ts';
import { streamOf } from '../schedule/draw.ts';
import type { PlannedIntent, Schedule } from '../schedule/schedule.ts';
import { AppCustomer } from './app-customer.ts';
import type { AppLinks } from './app-links.ts';
import { AppWatch } from './app-watch.ts';
import type { App } from './app.ts';

export interface PartyOptions {
  app: App;
  schedule: Schedule;
  links: AppLinks;
  history: HistoryRecorder;
  signal: AbortSignal;
}

/** Customers who come for no fault, at once. */
const AT_ONCE = 6;

/** Everybody who buys in a play of an app, and the site at which faults happen to them. */
export class Party {
  readonly watch: AppWatch;
  readonly site: Site;
  readonly #options: PartyOptions;
  readonly #customers = new Map<string, AppCustomer>();
  readonly #quirks = new Map<string, Quirks>();
  readonly #streams = new Map<string, RandomStream>();

  constructor(options: PartyOptions) {
    this.#options = options;
    this.watch = new AppWatch(options.history, options.links);
    this.site = this.#siteOf();
  }

  /** All who come before healing: those who wait for a fault beside each other, the others some at a time. */
  async play(around: Hit): Promise<void> {
    const coming = this.#options.schedule.intents.filter(({ role }) => role !== 'after-healing');
    await everyone([
      ...coming.filter(({ pressAt }) => pressAt !== null).map((intent) => this.#come(intent, around)),
      this.#comeByTurns(
        coming.filter(({ pressAt }) => pressAt === null),
        around,
      ),
    ]);
  }

  /** Those who come when all is well again. */
  async playAfterHealing(): Promise<void> {
    const coming = this.#options.schedule.intents.filter(({ role }) => role === 'after-healing');
    await this.#comeByTurns(coming, (_intent, buy) => buy());
  }

  /** The customer of an intent; always the same one, with their key. */
  customer(intent: PlannedIntent): AppCustomer {
    const known = this.#customers.get(intent.nonce);
    if (known !== undefined) return known;
    const { app, schedule, links, history, signal } = this.#options;
    const quirks = this.#quirksOf(intent.customer);
    const nodes = app.nodes.length;
    const customer = new AppCustomer({
      app,
      intent,
      history,
      quirks,
      // From node to node, as a load balancer would; or always the same, as some do.
      route: (attempt) =>
        links.edgeUrl(quirks.isSticky ? intent.homeNode : ((intent.homeNode + attempt - 2) % nodes) + 1),
      random: (purpose) => {
        const name = JSON.stringify([intent.customer, purpose]);
        const stream = this.#streams.get(name) ?? streamOf(schedule, intent.customer, purpose);
        this.#streams.set(name, stream);
        return stream;
      },
      signal,
    });
    this.#customers.set(intent.nonce, customer);
    return customer;
  }

  async #comeByTurns(intents: readonly PlannedIntent[], around: Hit): Promise<void> {
    const queue = [...intents];
    const worker = async () => {
      for (let intent = queue.shift(); intent !== undefined; intent = queue.shift()) {
        this.#options.signal.throwIfAborted();
        await this.#come(intent, around);
      }
    };
    await everyone(Array.from({ length: AT_ONCE }, worker));
  }

  async #come(intent: PlannedIntent, around: Hit): Promise<void> {
    const customer = this.customer(intent);
    await customer.prepare();
    switch (intent.role) {
      case 'double-submit':
        await around(intent, () => this.#pressInTabs(intent));
        return;
      case 'give-up':
        await around(intent, () => customer.buy({ maxAttempts: 1 }));
        return;
      case 'come-back':
        await around(intent, () => customer.buy({ maxAttempts: 1 }));
        await customer.buy();
        return;
      default:
        await around(intent, () => customer.buy());
    }
  }

  /** In several tabs at once, all with one key. How it ended is what the first of them says. */
  async #pressInTabs(intent: PlannedIntent): Promise<PayEnd> {
    const tabs = Array.from({ length: intent.presses }, (_, index) => index + 1);
    const [first] = await everyone(tabs.map((tab) => this.customer(intent).buy({ tab })));
    return first ?? { type: 'unknown', why: 'nothing_pressed' };
  }

  #quirksOf(customer: string): Quirks {
    const quirks = this.#quirks.get(customer) ?? noQuirks();
    this.#quirks.set(customer, quirks);
    return quirks;
  }

  #find(what: (intent: PlannedIntent) => boolean, name: string): PlannedIntent {
    const intent = this.#options.schedule.intents.find(what);
    if (intent === undefined) throw new Error(`There is no intent of ${name}.`);
    return intent;
  }

  /** What faults may touch here. A schedule that asks for more is the shop's, and fails. */
  #siteOf(): Site {
    const { watch } = this;
    const notHere = (what: string): never => {
      throw new Error(`This app isn't the shop, and shows no ${what}.`);
    };
    return {
      links: this.#options.links.links,
      watch,
      operations: () => Promise.resolve(watch.openOperations()),
      overSince: (index) => watch.overSince(index),
      databaseCanary: () => Promise.resolve(null),
      intent: (nonce) => this.#find((each) => each.nonce === nonce, nonce),
      intentOf: (customer) => this.#find((each) => each.customer === customer, customer),
      quirks: (customer) => this.#quirksOf(customer),
      process: (name) => notHere(`process ${name}`),
      get points() {
        return notHere('points in its database');
      },
      get failpoints() {
        return notHere('failpoints');
      },
      get commitLog() {
        return notHere('commit log');
      },
      get database() {
        return notHere('database');
      },
    };
  }
}
