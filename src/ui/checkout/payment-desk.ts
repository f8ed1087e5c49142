import type { AttemptOutcome, PendingAttempt } from '../../client/index.ts';
import type { Payment, PaymentOutcome, PaymentPort } from './payment-port.ts';
import type { Doubt, PaymentOrigin, PaymentState } from './payment-state.ts';

const IDLE: PaymentState = { kind: 'idle', notSent: null };

/**
 * The one place of a page where a payment is under way. It outlives the components that show it, so that
 * a customer who looks at the cart meanwhile comes back to the same payment, and a second press of Pay
 * finds the first.
 */
export class PaymentDesk {
  readonly #port: PaymentPort;
  readonly #listeners = new Set<() => void>();
  #state: PaymentState = IDLE;
  #working = false;
  /** The attempt of an unknown outcome: another tab may settle it, and clear it from the store, before we do. */
  #doubted: PendingAttempt | null = null;

  constructor(port: PaymentPort) {
    this.#port = port;
  }

  /** The same object until something changes. */
  get state(): PaymentState {
    return this.#state;
  }

  subscribe(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  /** Pays, unless a payment is under way, has no known outcome, or went through: then it does nothing. */
  async pay(payment: Payment): Promise<void> {
    if (this.#working || this.#state.kind === 'unknown' || this.#state.kind === 'paid') return;
    // Looked at before the first request only: later, being offline says nothing about what left before.
    if (this.#port.isOffline() && this.#port.pending() === null) {
      this.#become({ kind: 'idle', notSent: 'offline' });
      return;
    }
    await this.#work('here', () => this.#port.pay(payment));
  }

  /** Carries on with the stored attempt, if there is one and nobody here does so already. */
  async resume(origin: PaymentOrigin): Promise<void> {
    const attempt = this.#port.pending();
    if (attempt === null || this.#working) return;
    await this.#work(origin, () => this.#port.resume(attempt));
  }

  /** After an unknown outcome: sends the same attempt once more. */
  async checkAgain(): Promise<void> {
    if (this.#state.kind !== 'unknown' || this.#working) return;
    if (this.#port.pending() !== null) return this.resume('again');
    const doubted = this.#doubted;
    if (doubted !== null) return this.#work('again', () => this.#port.ask(doubted));
  }

  /** Asks quietly after a stored or doubted attempt, without sending it, and says something only when it is definite. */
  async ask(): Promise<void> {
    const attempt = this.#port.pending() ?? this.#doubted;
    if (attempt === null || this.#working || this.#state.kind === 'paid') return;
    const outcome = await this.#port.ask(attempt);
    // A press of 'Check again' may have overtaken the question.
    if (this.#isWorking() || outcome.kind === 'unknown') return;
    this.#settle(outcome);
  }

  /** Ends a stored attempt that has not begun, so that the cart may be changed. */
  async close(): Promise<void> {
    const attempt = this.#port.pending();
    if (attempt === null || this.#working) return;
    this.#working = true;
    let outcome: PaymentOutcome;
    try {
      outcome = await this.#port.close(attempt);
    } finally {
      this.#working = false;
    }
    this.#settle(outcome);
  }

  /** Forgets a definite outcome, once the customer has seen it. */
  leave(): void {
    if (!this.#working && this.#state.kind !== 'unknown') this.#become(IDLE);
  }

  /** Carries on with what a reload interrupted, and joins what other tabs begin; returns the way to end that. */
  watch(): () => void {
    void this.resume('resumed');
    return this.#port.subscribe(() => {
      // Undecided stays undecided until someone asks: a tab that resumed by itself would do so for ever.
      if (this.#state.kind === 'idle' || this.#state.kind === 'refused') void this.resume('elsewhere');
      else if (this.#state.kind === 'unknown') void this.ask();
    });
  }

  async #work(origin: PaymentOrigin, call: () => Promise<PaymentOutcome>): Promise<void> {
    this.#working = true;
    this.#become({ kind: 'paying', sinceMs: this.#port.now(), origin });
    let outcome: PaymentOutcome;
    try {
      outcome = await call();
      // The press sent nothing, since another tab's attempt is still open: that one is the payment.
      if (outcome.kind === 'blocked') outcome = await this.#port.resume(outcome.attempt);
    } catch {
      // The port does not reject. If it does, then nothing is known.
      outcome = { kind: 'unknown', attempt: null, why: { operationId: null, state: null, refusal: null } };
    } finally {
      this.#working = false;
    }
    this.#settle(outcome);
  }

  #settle(outcome: PaymentOutcome): void {
    this.#doubted = outcome.kind === 'unknown' ? outcome.attempt : null;
    switch (outcome.kind) {
      case 'succeeded': {
        const { orderId, reference } = outcome.result;
        return this.#become({ kind: 'paid', orderId, reference });
      }
      case 'refused': {
        const { code, title, detail } = outcome.refusal;
        return this.#become({ kind: 'refused', code, title, detail });
      }
      case 'closed':
        return this.#become({ kind: 'refused', code: 'OPERATION_CLOSED', title: '', detail: '' });
      case 'unknown':
        return this.#become({ kind: 'unknown', operationId: outcome.why.operationId, why: doubtOf(outcome) });
      case 'blocked':
        return this.#become({ kind: 'unknown', operationId: outcome.attempt.operationId, why: 'no-answer' });
      case 'not-sent':
        return this.#become({ kind: 'idle', notSent: 'not-stored' });
      default:
        return outcome satisfies never;
    }
  }

  /** A method, since the compiler takes the field for unchanged across an await. */
  #isWorking(): boolean {
    return this.#working;
  }

  #become(state: PaymentState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function doubtOf({ why }: Extract<AttemptOutcome<never>, { kind: 'unknown' }>): Doubt {
  if (why.state === 'stuck' || why.refusal?.code === 'BEING_VERIFIED') return 'being-verified';
  if (why.state === 'expired' || why.refusal?.code === 'IDEMPOTENCY_KEY_EXPIRED') return 'too-old';
  return 'no-answer';
}
