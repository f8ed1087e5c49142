import { ask } from './ask.ts';
import type { Reply } from './ask.ts';
import { ToxiproxyRefused, ToxiproxyWedged } from './toxiproxy-client.ts';
import type { ByteCount, Stream, Toxic, ToxiproxyClient } from './toxiproxy-client.ts';

/** A link as far as faults are concerned: what it's called, its proxy, and where one enters it. */
export interface FaultyLink {
  name: string;
  proxy: string;
  listenPort: number;
}

/** Without a name: it is named here, so that two of a kind can't be confused. */
export type ToxicOfFault = WithoutName<Toxic>;

type WithoutName<T> = T extends unknown ? Omit<T, 'name'> : never;

/**
 * The links of a topology, each a proxy of its own.
 *
 * ```
 *                     upstream ─────────▶
 *   client ──▶ [ listen | toxics … | dial ] ──▶ server
 *                     ◀─────── downstream
 * ```
 */
export class Links {
  readonly #toxiproxy: ToxiproxyClient;
  readonly #links: ReadonlyMap<string, FaultyLink>;

  constructor(toxiproxy: ToxiproxyClient, links: ReadonlyMap<string, FaultyLink>) {
    this.#toxiproxy = toxiproxy;
    this.#links = links;
  }

  /**
   * Puts toxics on a link, at most one a direction: Toxiproxy interrupts the last toxic of a direction when
   * another joins it, and a `bandwidth 0` that is interrupted lets go of what it holds.
   *
   * @returns takes them off again, one by one: what they hold is delivered
   */
  async poison(link: string, fault: string, toxics: readonly ToxicOfFault[]): Promise<() => Promise<void>> {
    const { proxy } = this.#link(link);
    const names: string[] = [];
    const remove = async () => {
      for (const name of names) {
        await this.#toxiproxy.removeToxic(proxy, name).catch((error: unknown) => {
          // Already gone is healed, and with a restarted server all of them are gone.
          const isGone = error instanceof ToxiproxyRefused && error.status === 404;
          if (!isGone && !(error instanceof ToxiproxyWedged)) throw error;
        });
      }
    };
    try {
      for (const toxic of toxics) {
        const name = `${fault}-${toxic.stream}`;
        await this.#toxiproxy.addToxic(proxy, { ...toxic, name });
        names.push(name);
      }
    } catch (error) {
      await remove();
      throw error;
    }
    return remove;
  }

  /** Takes a link down: its connections end, and nobody can connect. @returns opens it again */
  async close(link: string): Promise<() => Promise<void>> {
    const { proxy } = this.#link(link);
    await this.#toxiproxy.enable(proxy, false);
    return () => this.#toxiproxy.enable(proxy, true);
  }

  /** Sends something harmless through a link that any server behind it answers, and tells how that went. */
  ask(link: string, limitMs: number): Promise<Reply> {
    return ask(this.#link(link), limitMs);
  }

  /** What a link has counted of the connections that have ended. */
  bytes(link: string, stream: Stream): Promise<ByteCount> {
    return this.#toxiproxy.bytes(this.#link(link).proxy, stream);
  }

  /** What is still wrong with some link, for the end, when nothing should be. */
  async leftovers(): Promise<string[]> {
    const left: string[] = [];
    for (const { name, proxy } of this.#links.values()) {
      const ask = () => this.#toxiproxy.proxy(proxy);
      const { enabled, toxics } = await ask().catch((error: unknown) => {
        // A server that had to be restarted can be asked now.
        if (error instanceof ToxiproxyWedged) return ask();
        throw error;
      });
      if (!enabled) left.push(`${name} is still down`);
      if (toxics.length > 0) left.push(`${name} still has ${toxics.join(', ')}`);
    }
    return left;
  }

  #link(name: string): FaultyLink {
    const link = this.#links.get(name);
    if (link === undefined) throw new Error(`There is no link ${name}.`);
    return link;
  }
}
