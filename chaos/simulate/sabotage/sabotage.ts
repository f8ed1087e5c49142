import type { AttemptOutcome, AttemptStore, PendingAttempt } from '../../../src/client/index.ts';
import type { Engine, EngineOptions, Store } from '../../../src/idempotency/index.ts';
import type { Payments } from '../../../src/payments/payments.ts';
import type { CheckerName } from '../../checkers/name.ts';
import type { Layers } from '../shop.ts';
import type { ShopTx } from '../store-client.ts';
import type { Ground, HttpRequest } from '../web-node.ts';

/** Where a bug is put in: each of these wraps, or replaces, one part of the simulated system. */
export interface Sabotage {
  /** Of one process. */
  readonly store?: (store: Store<ShopTx>, ground: Ground) => Store<ShopTx>;
  readonly engine?: (options: EngineOptions<ShopTx>, ground: Ground) => Engine<ShopTx>;
  readonly payments?: (payments: Payments, ground: Ground) => Payments;
  /** A connection whose query timed out goes back to the pool with its transaction open. */
  readonly leaksConnections?: true;
  /** What leaves a customer's device. */
  readonly request?: (request: HttpRequest, ground: Ground) => HttpRequest;
  /** Where a tab keeps its attempts; `reloaded` is true in a tab that isn't its browser's first. */
  readonly attemptStore?: (store: AttemptStore, reloaded: boolean) => AttemptStore;
  /** What a page does with what it was told when it asked. */
  readonly asked?: (outcome: AttemptOutcome<unknown>, attempt: PendingAttempt, store: AttemptStore) => void;
}

/** Nothing is put in: the system as it is. */
export const HONEST: Sabotage = {};

/** A classic bug, and who must find it. */
export interface Bug extends Sabotage {
  readonly id: string;
  /** Its number in the list of hazards. */
  readonly hazard: number;
  /** What is wrong, a sentence. */
  readonly says: string;
  readonly checker: CheckerName;
  /** Layers that would catch what it lets through: it is looked for without them. */
  readonly without: Partial<Record<keyof Layers, false>>;
}
