import type { HistoryRecorder } from '../history/recorder.ts';
import type { Fault } from './fault.ts';
import { ToxiproxyRefused, ToxiproxyWedged } from './toxiproxy-client.ts';
import type { ToxiproxyClient } from './toxiproxy-client.ts';

/** A link as far as the nemesis is concerned: what it's called, and its proxy. */
export interface FaultyLink {
  name: string;
  proxy: string;
}

/** A fault that is on. */
export interface Injected {
  readonly fault: Fault;
  readonly link: string;
  /** Takes it off, toxic by toxic. Once; again does nothing. */
  heal(): Promise<void>;
}

/**
 * Puts faults on links and takes them off, and writes both into the history.
 *
 * One fault a link at a time: who wants a link that is faulty waits for its turn. Two at once would be
 * a third fault that nobody drew.
 */
export class Nemesis {
  readonly #toxiproxy: ToxiproxyClient;
  readonly #history: HistoryRecorder;
  readonly #links: ReadonlyMap<string, FaultyLink>;
  readonly #turns = new Map<string, Promise<void>>();
  readonly #on = new Set<Injected>();
  #count = 0;

  constructor(toxiproxy: ToxiproxyClient, history: HistoryRecorder, links: ReadonlyMap<string, FaultyLink>) {
    this.#toxiproxy = toxiproxy;
    this.#history = history;
    this.#links = links;
  }

  /**
   * Runs `work` while nobody else may put a fault on the link. For exact points, which must have the link
   * to themselves from before the operation begins.
   */
  async alone<R>(link: string, work: () => Promise<R>): Promise<R> {
    const before = this.#turns.get(link) ?? Promise.resolve();
    const mine = Promise.withResolvers<void>();
    this.#turns.set(
      link,
      before.then(() => mine.promise),
    );
    await before;
    try {
      return await work();
    } finally {
      mine.resolve();
    }
  }

  /** Puts a fault on now. Call it inside `alone`, or where nothing else touches the link. */
  async inject(fault: Fault, linkName: string, intent: string | null = null): Promise<Injected> {
    const link = this.#links.get(linkName);
    if (link === undefined) throw new Error(`There is no link ${linkName}.`);
    if ([...this.#on].some((other) => other.link === linkName))
      throw new Error(`${linkName} has a fault already; ${fault.name} must wait.`);
    const number = (this.#count += 1);
    const names: string[] = [];
    // In the history before it's on and off after: whatever it did lies between the two.
    this.#history.inject({ fault: fault.name, target: linkName, intent, value: { effect: fault.effect } });
    let healing: Promise<void> | undefined;
    const injected: Injected = {
      fault,
      link: linkName,
      heal: () => (healing ??= this.#heal(injected, link, names, intent)),
    };
    this.#on.add(injected);
    try {
      for (const toxic of fault.toxics) {
        const name = `${fault.name}-${toxic.stream}-${number}`;
        await this.#toxiproxy.addToxic(link.proxy, { ...toxic, name });
        names.push(name);
      }
    } catch (error) {
      await injected.heal();
      throw error;
    }
    return injected;
  }

  /** Takes everything off, one by one, and asks Toxiproxy whether something is left. */
  async healAll(): Promise<void> {
    for (const injected of this.#on) await injected.heal();
    for (const { name, proxy } of this.#links.values()) {
      const ask = () => this.#toxiproxy.toxicNames(proxy);
      // A server that had to be restarted can be asked now.
      const left = await ask().catch((error: unknown) => {
        if (error instanceof ToxiproxyWedged) return ask();
        throw error;
      });
      if (left.length > 0) throw new Error(`${name} still has ${left.join(', ')}`);
    }
  }

  async #heal(injected: Injected, link: FaultyLink, toxics: readonly string[], intent: string | null) {
    for (const name of toxics) {
      await this.#toxiproxy.removeToxic(link.proxy, name).catch((error: unknown) => {
        // Already gone is healed, and with a restarted server all of them are gone.
        const isGone = error instanceof ToxiproxyRefused && error.status === 404;
        if (!isGone && !(error instanceof ToxiproxyWedged)) throw error;
      });
    }
    this.#on.delete(injected);
    this.#history.heal({ fault: injected.fault.name, target: link.name, intent });
  }
}
