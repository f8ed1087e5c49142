import { IdempotencyError, StoreUnavailable, TransactionAborted } from '../../src/idempotency/index.ts';
import { PLACE_ORDER } from './api.ts';
import type { ShopServices } from './api.ts';
import type { SimulatedLimits } from './limits.ts';
import type { Life } from './machine.ts';
import { placeOrder, placeOrderInput } from './shop.ts';

const BATCH_SIZE = 10;
const PURGE_INTERVAL_MS = 2_000;
/** Beyond the window, after which records are forgotten. */
const PURGE_GRACE_MS = 1_000;

/** Finishes what dead processes left. It stands for `src/worker/completer.ts`, whose context is Prisma's. */
export class Worker {
  readonly #life: Life;
  readonly #services: ShopServices;
  readonly #limits: SimulatedLimits;

  constructor(life: Life, services: ShopServices, limits: SimulatedLimits) {
    this.#life = life;
    this.#services = services;
    this.#limits = limits;
  }

  start(): void {
    void this.#run(this.#limits.completerIntervalMs, () => this.#completeAbandoned());
    void this.#run(PURGE_INTERVAL_MS, () => this.#services.purge(this.#limits.windowBackMs + PURGE_GRACE_MS));
  }

  async #run(intervalMs: number, round: () => Promise<void>): Promise<never> {
    for (;;) {
      await this.#life.sleep(intervalMs);
      await round().catch(unlessBug);
    }
  }

  async #completeAbandoned(): Promise<void> {
    const { engine, policy } = this.#services;
    const due = await engine.abandoned(BATCH_SIZE, { [PLACE_ORDER]: policy });
    // One poisonous operation must stop no other.
    await Promise.all(due.map((id) => this.#completeOne(id).catch(unlessBug)));
  }

  async #completeOne(id: Parameters<ShopServices['engine']['complete']>[0]): Promise<void> {
    const { engine, policy } = this.#services;
    await engine.complete(id, {
      policy,
      resume: (operation, input) =>
        placeOrder(operation, id.scope, placeOrderInput.parse(input), this.#services),
    });
  }
}

/** What the engine and its store may throw at a completer is tried again; anything else would be hidden by that. */
function unlessBug(error: unknown): void {
  const expected =
    error instanceof IdempotencyError ||
    error instanceof StoreUnavailable ||
    error instanceof TransactionAborted;
  if (!expected) throw error;
}
