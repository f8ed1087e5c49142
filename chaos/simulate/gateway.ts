import { PaymentOutcomeUnknown, PaymentsUnavailable } from '../../src/payments/payments.ts';
import type {
  CancelIntent,
  CancelResult,
  ChargeResult,
  ConfirmIntent,
  IntentState,
  OpenIntent,
  Payments,
  RefundResult,
  Succeeded,
} from '../../src/payments/payments.ts';
import type { LedgerIntent } from '../final-state.ts';
import type { Life } from './machine.ts';
import { LinkError } from './network.ts';
import type { Network } from './network.ts';
import type { Provider, ProviderAnswer, ProviderRequestBody } from './provider.ts';

/** The shop's payment port, as one process has it: what Stripe's gateway makes of answers, over the simulated network. */
export class Gateway implements Payments {
  readonly #options: { life: Life; network: Network; provider: Provider; timeoutMs: number };

  constructor(options: { life: Life; network: Network; provider: Provider; timeoutMs: number }) {
    this.#options = options;
  }

  async openIntent({ amountMinor, currency, idempotencyKey }: OpenIntent): Promise<{ intentId: string }> {
    const answer = await this.#ask({
      action: 'open',
      intentId: null,
      amountMinor,
      currency,
      idempotencyKey,
    });
    if (answer.status !== 200 || answer.intent === null) throw unsettled(answer);
    return { intentId: answer.intent.id };
  }

  async confirm({ intentId, paymentMethod, idempotencyKey }: ConfirmIntent): Promise<ChargeResult> {
    const answer = await this.#ask({ action: 'confirm', intentId, paymentMethod, idempotencyKey });
    const { status, code, intent } = answer;
    if (status === 402)
      return { kind: 'declined', code: code === 'insufficient_funds' ? code : 'card_declined' };
    if (intent?.status === 'succeeded') return succeededOf(intent);
    if (intent?.status === 'canceled') return { kind: 'cancelled' };
    throw unsettled(answer);
  }

  async retrieve(intentId: string): Promise<IntentState> {
    const answer = await this.#ask({ action: 'retrieve', intentId, idempotencyKey: null });
    if (answer.status !== 200 || answer.intent === null) throw unsettled(answer);
    switch (answer.intent.status) {
      case 'succeeded':
        return succeededOf(answer.intent);
      case 'canceled':
        return { kind: 'cancelled' };
      case 'processing':
        return { kind: 'processing' };
      default:
        return { kind: 'waiting', lastDecline: null };
    }
  }

  async cancel({ intentId, idempotencyKey }: CancelIntent): Promise<CancelResult> {
    const answer = await this.#ask({ action: 'cancel', intentId, idempotencyKey });
    if (answer.intent?.status === 'canceled') return { kind: 'cancelled' };
    if (answer.intent?.status === 'succeeded') return succeededOf(answer.intent);
    throw unsettled(answer);
  }

  /** Nothing in the simulated shop gives money back. */
  refund(): Promise<RefundResult> {
    return Promise.reject(new Error('Bug: a refund that nobody asked for'));
  }

  async #ask(body: ProviderRequestBody): Promise<ProviderAnswer> {
    const { life, network, provider, timeoutMs } = this.#options;
    try {
      return await network.exchange({
        from: life,
        link: 'payments',
        to: 'provider',
        what: body.action,
        receiver: null,
        timeoutMs,
        serve: (fault) => provider.answer(body, fault),
      });
    } catch (cause) {
      if (!(cause instanceof LinkError)) throw cause;
      if (!cause.sent) throw new PaymentsUnavailable('No connection', { cause });
      const reason = cause.why === 'timeout' ? 'timeout' : 'connection_broken';
      throw new PaymentOutcomeUnknown(reason, 'No answer', { cause });
    }
  }
}

function succeededOf(intent: LedgerIntent): Succeeded {
  const { id, amountReceived, currency } = intent;
  return { kind: 'succeeded', chargeId: id, amountMinor: amountReceived, currency };
}

function unsettled(answer: ProviderAnswer): PaymentOutcomeUnknown {
  return new PaymentOutcomeUnknown(
    answer.status >= 500 ? 'server_error' : 'unexpected_answer',
    `HTTP ${answer.status} ${answer.code ?? answer.intent?.status ?? ''}`,
    { cause: answer },
  );
}
