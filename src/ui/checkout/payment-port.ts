import type { AttemptOutcome, PendingAttempt } from '../../client/index.ts';
import type { PlacedOrder } from '../shop-types.ts';

export interface Payment {
  readonly checkoutId: string;
  readonly version: number;
  readonly paymentMethod: string;
}

export type PaymentOutcome = AttemptOutcome<PlacedOrder>;

/** What the desk needs of the clients. None of its calls rejects. */
export interface PaymentPort {
  pay(payment: Payment): Promise<PaymentOutcome>;
  /** Sends the stored attempt again, under its own key. */
  resume(attempt: PendingAttempt): Promise<PaymentOutcome>;
  /** Asks what became of it, without sending it. */
  ask(attempt: PendingAttempt): Promise<PaymentOutcome>;
  /** Ends an attempt that never began; one that did is told as it is. */
  close(attempt: PendingAttempt): Promise<PaymentOutcome>;
  /** The attempt that has no definite answer yet: the same object until that changes. */
  pending(): PendingAttempt | null;
  /** Calls back when that changes, in another tab too. */
  subscribe(onChange: () => void): () => void;
  isOffline(): boolean;
  now(): number;
}
