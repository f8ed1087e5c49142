import { Stripe } from 'stripe';
import { OneShotHttpClient } from './one-shot-http-client.ts';
import { PaymentOutcomeUnknown } from './payment-errors.ts';
import type {
  CancelIntent,
  CancelResult,
  ChargeResult,
  ConfirmIntent,
  IntentState,
  OpenIntent,
  Payments,
  RefundIntent,
  RefundResult,
} from './payments.ts';
import { declineCodeOf, parseIntent, succeededOf, type StripeIntent } from './stripe-intent.ts';
import { parseRefund, type StripeRefund } from './stripe-refund.ts';
import { readRefusal, type Refusal } from './stripe-refusal.ts';

/**
 * The version whose answers this gateway was written against. Pinned here rather than left to the account's
 * default, which anybody can change in a dashboard; an SDK update that brings another one is then a type error.
 */
const STRIPE_API_VERSION = '2026-10-28.endive';

export interface StripeGatewaySettings {
  readonly secretKey: string;
  /** Where Stripe's API is, without a path; absent for Stripe itself. */
  readonly apiBase?: string | undefined;
  /** For a whole exchange: connecting, sending, and the last byte of the answer. */
  readonly timeoutMs: number;
}

type Accepted = { readonly kind: 'accepted'; readonly intent: StripeIntent };
/** What can be answered about an intent. */
type StripeAnswer = Exclude<Refusal, { readonly kind: 'already_refunded' }> | Accepted;

/** Payments through Stripe, or through whatever speaks its API. */
export class StripeGateway implements Payments {
  readonly #stripe: Stripe;

  constructor(settings: StripeGatewaySettings) {
    this.#stripe = new Stripe(settings.secretKey, {
      apiVersion: STRIPE_API_VERSION,
      ...addressOf(settings),
      // The SDK would wait 80 s, and try twice more unseen. The engine retries, since it alone knows the
      // operation's lease and budget, and whether someone else has taken over meanwhile.
      timeout: settings.timeoutMs,
      maxNetworkRetries: 0,
      httpClient: new OneShotHttpClient(),
      telemetry: false,
    });
  }

  async openIntent(intent: OpenIntent): Promise<{ readonly intentId: string }> {
    const answer = await ask(null, () =>
      this.#stripe.paymentIntents.create(
        {
          amount: intent.amountMinor,
          currency: intent.currency.toLowerCase(),
          // Only what can be confirmed from a server: nobody comes back from a bank's page to this shop.
          automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          metadata: {
            checkoutId: intent.metadata.checkoutId,
            customerReference: intent.metadata.customerReference,
          },
        },
        { idempotencyKey: intent.idempotencyKey },
      ),
    );
    if (answer.kind !== 'accepted') throw unsettled('Opening an intent', answer);
    return { intentId: answer.intent.id };
  }

  async confirm({ intentId, paymentMethod, idempotencyKey }: ConfirmIntent): Promise<ChargeResult> {
    const answer = await ask(intentId, () =>
      this.#stripe.paymentIntents.confirm(
        intentId,
        // Nobody can be redirected to a bank from here: what would need that is to fail, and free the intent.
        { payment_method: paymentMethod, error_on_requires_action: true },
        { idempotencyKey },
      ),
    );
    if (answer.kind === 'declined') return answer;
    const { intent } = answer;
    if (intent.status === 'succeeded') return succeededOf(intent);
    if (intent.status === 'canceled') return { kind: 'cancelled' };
    if (answer.kind === 'accepted' && intent.status === 'requires_action') {
      return { kind: 'declined', code: 'authentication_required' };
    }
    throw unsettled(`Confirming ${intentId}`, answer);
  }

  async retrieve(intentId: string): Promise<IntentState> {
    const answer = await ask(intentId, () => this.#stripe.paymentIntents.retrieve(intentId));
    if (answer.kind !== 'accepted') throw unsettled(`Retrieving ${intentId}`, answer);
    return stateOf(answer.intent);
  }

  async cancel({ intentId, idempotencyKey }: CancelIntent): Promise<CancelResult> {
    const answer = await ask(intentId, () =>
      this.#stripe.paymentIntents.cancel(intentId, {}, { idempotencyKey }),
    );
    // 'I can't cancel, it is paid' and 'it is cancelled already' are refusals to Stripe, and answers to us.
    if (answer.kind !== 'declined' && answer.intent.status === 'canceled') return { kind: 'cancelled' };
    if (answer.kind === 'wrong_state' && answer.intent.status === 'succeeded')
      return succeededOf(answer.intent);
    throw unsettled(`Cancelling ${intentId}`, answer);
  }

  async refund({ intentId, amountMinor, idempotencyKey }: RefundIntent): Promise<RefundResult> {
    const made = await askRefund(intentId, () =>
      this.#stripe.refunds.create(
        { payment_intent: intentId, ...(amountMinor !== undefined && { amount: amountMinor }) },
        { idempotencyKey },
      ),
    );
    if (made.kind === 'already_refunded') return made;
    if (amountMinor !== undefined && made.refund.amount !== amountMinor)
      throw new PaymentOutcomeUnknown(
        'unexpected_answer',
        `Refunding ${amountMinor} of ${intentId} gave back ${made.refund.amount}.`,
        { cause: made.refund },
      );
    if (made.refund.status === 'succeeded') return refundResultOf(made.refund);
    // This key replays its first answer; how the refund stands by now is another question.
    const { id } = made.refund;
    const now = await askRefund(intentId, () => this.#stripe.refunds.retrieve(id));
    return now.kind === 'already_refunded' ? now : refundResultOf(now.refund);
  }
}

async function ask(
  intentId: string | null,
  send: () => Promise<Stripe.Response<Stripe.PaymentIntent>>,
): Promise<StripeAnswer> {
  try {
    return { kind: 'accepted', intent: parseIntent(succeeded(await send()), intentId) };
  } catch (error) {
    const refusal = readRefusal(error, intentId);
    if (refusal.kind !== 'already_refunded') return refusal;
    throw unsettled(`Asking for ${intentId}`, refusal);
  }
}

async function askRefund(
  intentId: string,
  send: () => Promise<Stripe.Response<Stripe.Refund>>,
): Promise<{ kind: 'accepted'; refund: StripeRefund } | { kind: 'already_refunded' }> {
  try {
    return { kind: 'accepted', refund: parseRefund(succeeded(await send()), intentId) };
  } catch (error) {
    const refusal = readRefusal(error, intentId);
    if (refusal.kind === 'already_refunded') return refusal;
    throw unsettled(`Refunding ${intentId}`, refusal);
  }
}

/** The SDK looks at the body only: a 502 whose JSON has no `error` would pass for success. */
function succeeded<Answer>(response: Stripe.Response<Answer>): Stripe.Response<Answer> {
  const { statusCode } = response.lastResponse;
  if (statusCode < 200 || statusCode > 299)
    throw new Error(`HTTP ${statusCode} without an error in its body.`);
  return response;
}

function refundResultOf({ id, status, amount, currency }: StripeRefund): RefundResult {
  switch (status) {
    case 'succeeded':
      return { kind: 'refunded', refundId: id, amountMinor: amount, currency: currency.toUpperCase() };
    case 'pending':
    case 'requires_action':
      return { kind: 'pending' };
    case 'failed':
    case 'canceled':
      return { kind: 'failed', refundId: id };
    default:
      return status satisfies never;
  }
}

function stateOf(intent: StripeIntent): IntentState {
  switch (intent.status) {
    case 'requires_payment_method':
    case 'requires_confirmation':
    case 'requires_action': {
      const decline = intent.last_payment_error;
      return { kind: 'waiting', lastDecline: decline === null ? null : declineCodeOf(decline) };
    }
    // Never asked for by this gateway. The money is held, so it is neither paid nor free to be given up.
    case 'requires_capture':
    case 'processing':
      return { kind: 'processing' };
    case 'succeeded':
      return succeededOf(intent);
    case 'canceled':
      return { kind: 'cancelled' };
    default:
      return intent.status satisfies never;
  }
}

function unsettled(what: string, answer: StripeAnswer | Refusal): PaymentOutcomeUnknown {
  const said = sayOf(answer);
  return new PaymentOutcomeUnknown('unexpected_answer', `${what} gave no settled answer: ${said}.`, {
    cause: answer,
  });
}

function sayOf(answer: StripeAnswer | Refusal): string {
  switch (answer.kind) {
    case 'declined':
      return answer.code;
    case 'already_refunded':
      return answer.kind;
    case 'accepted':
    case 'wrong_state':
      return `${answer.kind}, ${answer.intent.status}`;
    default:
      return answer satisfies never;
  }
}

type Address = Pick<Stripe.StripeConfig, 'host' | 'port' | 'protocol'>;

function addressOf({ apiBase, secretKey }: StripeGatewaySettings): Address {
  if (apiBase === undefined) return {};
  const url = new URL(apiBase);
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.pathname !== '/' || url.search !== '') {
    throw new Error(`STRIPE_API_BASE must be like http://127.0.0.1:4010, without a path; it is ${apiBase}.`);
  }
  if (/^[sr]k_live_/.test(secretKey)) {
    throw new Error('A live key is for Stripe alone: it is never sent to an address of STRIPE_API_BASE.');
  }
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  return { protocol, host: url.hostname, port: url.port || (protocol === 'http' ? 80 : 443) };
}
