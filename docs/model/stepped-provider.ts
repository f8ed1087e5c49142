import {
  PaymentOutcomeUnknown,
  type CancelResult,
  type ChargeResult,
  type IntentState,
  type Payments,
} from '../../src/payments/payments.ts';
import type { Gate } from './gate.ts';

export const AMOUNT_MINOR = 1_000;

interface SentRequest {
  readonly kind: 'confirm' | 'cancel';
  readonly key: string;
}

const succeeded = {
  kind: 'succeeded',
  chargeId: 'ch_1',
  amountMinor: AMOUNT_MINOR,
  currency: 'EUR',
} as const;

/**
 * The model's provider: it charges once a key, and nothing else keeps it from charging twice. A call stands
 * still before it is sent, and again until its answer comes.
 */
export class SteppedProvider {
  readonly charged = new Set<string>();
  readonly declined = new Set<string>();
  cancelled = false;
  /** Requests by the model's number. */
  readonly #underway = new Map<number, SentRequest>();
  readonly #unsent = new Map<Gate, SentRequest>();

  /** The provider as one process sees it. */
  seenBy(gate: Gate): Payments {
    const call = async <T>(request: SentRequest): Promise<T> => {
      this.#unsent.set(gate, request);
      await gate.pass('send');
      return gate.pass<T>('await answer');
    };
    return {
      openIntent: () => Promise.reject(new Error('The intent was opened before')),
      retrieve: async () => {
        await gate.pass('retrieve');
        return this.#state();
      },
      confirm: ({ idempotencyKey }) => call<ChargeResult>({ kind: 'confirm', key: idempotencyKey }),
      cancel: ({ idempotencyKey }) => call<CancelResult>({ kind: 'cancel', key: idempotencyKey }),
      refund: () => Promise.reject(new Error('The model gives nothing back')),
    };
  }

  send(gate: Gate, id: number, kind: string): void {
    const request = this.#unsent.get(gate);
    if (request?.kind !== kind)
      throw new Error(`The model sends '${kind}', the engine '${String(request?.kind)}'`);
    this.#underway.set(id, request);
    gate.open('send');
  }

  /** A request arrives. Its answer goes to `gate`, or is lost. */
  handle(id: number, approves: boolean, gate: Gate | null): void {
    const request = this.#underway.get(id);
    if (request === undefined) throw new Error(`No request ${id} is under way`);
    this.#underway.delete(id);
    // Whether or not anyone hears of it, it happens.
    const answer = request.kind === 'confirm' ? this.#confirm(request.key, approves) : this.#cancel();
    gate?.open('await answer', answer);
  }

  giveUp(gate: Gate): void {
    const error = new PaymentOutcomeUnknown('timeout', 'No answer', { cause: null });
    gate.fail(gate.standsAt === 'retrieve' ? 'retrieve' : 'await answer', error);
  }

  #state(): IntentState {
    if (this.charged.size > 0) return succeeded;
    return this.cancelled ? { kind: 'cancelled' } : { kind: 'waiting', lastDecline: null };
  }

  #confirm(key: string, approves: boolean): ChargeResult {
    const seen = this.charged.has(key) || this.declined.has(key);
    if (!seen && this.cancelled) return { kind: 'cancelled' };
    if (!seen) (approves ? this.charged : this.declined).add(key);
    return this.charged.has(key) ? succeeded : { kind: 'declined', code: 'card_declined' };
  }

  #cancel(): CancelResult {
    if (this.charged.size > 0) return succeeded;
    this.cancelled = true;
    return { kind: 'cancelled' };
  }
}
