import type { Fault, Turns } from './turns.ts';

interface Pending {
  readonly who: string;
  readonly faults: readonly Fault[];
  readonly go: (fault: Fault | null) => void;
}

/** Turns that are given out one by one, by name, so that an order can be repeated. */
export class ExploredTurns implements Turns {
  readonly #pending = new Map<string, Pending>();

  next(who: string, what: string, faults: readonly Fault[]): Promise<Fault | null> {
    const name = `${who}: ${what}`;
    if (this.#pending.has(name)) throw new Error(`Bug: two turns with the name '${name}'`);
    const { promise, resolve } = Promise.withResolvers<Fault | null>();
    this.#pending.set(name, { who, faults, go: resolve });
    return promise;
  }

  /** Names of the turns that are waited for, in an order that doesn't depend on how it came to them. */
  names(): readonly string[] {
    return [...this.#pending.keys()].toSorted();
  }

  /** The faults that may happen at a turn. */
  faultsAt(name: string): readonly Fault[] {
    return this.#pending.get(name)?.faults ?? [];
  }

  who(name: string): string | undefined {
    return this.#pending.get(name)?.who;
  }

  give(name: string, fault: Fault | null): void {
    const pending = this.#pending.get(name);
    if (pending === undefined) throw new Error(`Bug: nobody waits for '${name}'`);
    this.#pending.delete(name);
    pending.go(fault);
  }
}
