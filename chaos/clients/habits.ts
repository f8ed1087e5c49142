/**
 * What is wrong with the software on a customer's machine: the mistakes of clients, put in on purpose. A shop
 * survives some of them, by the layers below; which, the mutants say.
 */
export const HABITS = [
  /** Each retry mints a key of its own. */
  'new-key-each-retry',
  /** After a reload the same purchase gets a new key. */
  'new-key-after-reload',
  /** 'Never seen' is taken as final: the purchase gets a new key while the first is still on its way. */
  'not-seen-is-final',
  /** Whatever is answered is taken for success. */
  'believes-any-answer',
  /** The call retries, and whoever makes the call retries the call. */
  'retries-multiply',
] as const;

export type HabitName = (typeof HABITS)[number];

/** A customer's habits, and how often each was followed. */
export class Habits {
  readonly followed = new Map<string, number>();
  readonly #names: ReadonlySet<HabitName>;

  constructor(names: readonly HabitName[] = []) {
    this.#names = new Set(names);
  }

  has(name: HabitName): boolean {
    return this.#names.has(name);
  }

  /** Whether it is one; if it is, it counts as followed now. */
  follows(name: HabitName): boolean {
    if (!this.has(name)) return false;
    this.followed.set(name, (this.followed.get(name) ?? 0) + 1);
    return true;
  }
}
