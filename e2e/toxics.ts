import {
  Toxiproxy,
  type Proxy,
  type Toxic,
  type ToxicAttributeTypes,
  type ToxicType,
} from 'toxiproxy-node-client';
import type { Stack } from '../stack/index.ts';

/** The client has no timeouts of its own, and a wedged proxy answers late or never. */
const CALL_LIMIT_MS = 5_000;

/** A toxic that is at work. */
export interface Fault {
  heal(): Promise<void>;
}

/** Puts toxics on the stack's links, and takes away those that a test leaves. */
export class Toxics {
  readonly #server: Toxiproxy;
  readonly #links: Stack['links'];
  readonly #active = new Set<Fault>();

  constructor(stack: Stack) {
    if (stack.toxiproxyUrl === null) throw new Error('This stack has no links to put toxics on.');
    this.#server = new Toxiproxy(stack.toxiproxyUrl);
    this.#links = stack.links;
  }

  /** Whoever answers over this link does so in vain: the connection ends in place of the first byte. */
  loseAnswers(link: string): Promise<Fault> {
    return this.#add(link, 'limit_data', { bytes: 0 });
  }

  /** Nothing comes back over this link, and nobody is told; what was held back is lost when it heals. */
  swallowAnswers(link: string): Promise<Fault> {
    return this.#add(link, 'timeout', { timeout: 0 });
  }

  /**
   * Holds answers back until it heals; then they are delivered. Unlike `swallowAnswers`, it holds back
   * the end of the connection as well, with which the payment provider follows each of its answers.
   */
  holdAnswers(link: string): Promise<Fault> {
    return this.#add(link, 'bandwidth', { rate: 0 });
  }

  async healAll(): Promise<void> {
    for (const fault of this.#active) await fault.heal();
  }

  async #add(link: string, type: ToxicType, attributes: ToxicAttributeTypes): Promise<Fault> {
    const proxy = await this.#proxy(link);
    const name = `e2e-${type}`;
    const toxic: Toxic<ToxicAttributeTypes> = await inTime(
      `adding ${type} to ${link}`,
      proxy.addToxic({ name, type, stream: 'downstream', toxicity: 1, attributes }),
    );
    const fault: Fault = {
      heal: async () => {
        if (!this.#active.delete(fault)) return;
        await inTime(`removing ${type} from ${link}`, toxic.remove());
      },
    };
    this.#active.add(fault);
    return fault;
  }

  async #proxy(link: string): Promise<Proxy> {
    const known = this.#links.get(link);
    if (!known)
      throw new Error(`There is no link ${link}; there are: ${[...this.#links.keys()].join(', ')}.`);
    return inTime(`finding ${link}`, this.#server.get(known.proxy));
  }
}

async function inTime<T>(what: string, call: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const limit = setTimeout(
    () => reject(new Error(`Toxiproxy: ${what} took longer than ${CALL_LIMIT_MS} ms.`)),
    CALL_LIMIT_MS,
  );
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(limit);
  }
}
