import type { Database, Tx } from '../../database/database.ts';
import { fingerprints, parseKey, type Engine, type Settled } from '../../idempotency/index.ts';
import { limits } from '../../limits.ts';
import type { IntentState, Payments } from '../../payments/payments.ts';
import { makeServerKey } from '../server-key.ts';
import { nextCheck } from './next-check.ts';
import {
  REFUND_LATE_CHARGE,
  refundLateCharge,
  refundPolicy,
  standingOfCharge,
  type LateCharge,
} from './refund-late-charge.ts';

/** A failed payment at which it is time to look again. */
export interface DuePayment {
  readonly paymentId: string;
  readonly customerId: string;
  readonly paymentIntentId: string;
  readonly settledAt: Date;
  readonly nextCheckAt: Date;
  /** The database's time. */
  readonly now: Date;
}

/** What a look at a failed payment came to. `taken`: another worker looks at it. */
export type Finding =
  'taken' | 'not-charged' | 'cancelled' | 'explained' | 'under-way' | 'refunded' | 'contradicted';

interface Needs {
  readonly database: Database;
  readonly engine: Engine<Tx>;
  readonly payments: Payments;
}

/** Failed payments that are due, the longest waiting first. Every worker sees the same ones. */
export function duePayments(database: Database): Promise<DuePayment[]> {
  return database.$queryRaw<DuePayment[]>`
    SELECT payment_id AS "paymentId", customer_id AS "customerId", payment_intent_id AS "paymentIntentId",
           settled_at AS "settledAt", next_check_at AS "nextCheckAt", clock_timestamp() AS now
    FROM payment
    WHERE status = 'failed' AND next_check_at IS NOT NULL AND next_check_at <= clock_timestamp()
    ORDER BY next_check_at LIMIT ${limits.lateCharges.batchSize}`;
}

/**
 * Asks the provider whether a payment that failed here was charged after all (a copy of a confirm may
 * arrive late, when the provider no longer knows its key), and gives back what is nobody's.
 *
 * The next look is set before this one begins: it takes the turn from the other workers, and a look that
 * fails is repeated then. What keeps a charge from going back twice is the unique index of `refund`.
 */
export async function checkFailedPayment(needs: Needs, due: DuePayment): Promise<Finding> {
  const { database, payments } = needs;
  if (!(await takeTurn(database, due))) return 'taken';
  const intent = await payments.retrieve(due.paymentIntentId);
  switch (intent.kind) {
    case 'waiting':
      return 'not-charged';
    case 'processing':
      // It ends as something else, and not before that may the looking end.
      await lookAgain(database, due, new Date(due.now.getTime() + limits.lateCharges.maxPauseMs));
      return 'under-way';
    case 'cancelled':
      await lookAgain(database, due, null);
      return 'cancelled';
    case 'succeeded':
      return judge(needs, due, intent);
  }
}

async function judge(
  needs: Needs,
  due: DuePayment,
  charged: Extract<IntentState, { kind: 'succeeded' }>,
): Promise<Finding> {
  const { database } = needs;
  const { customerId, paymentId, paymentIntentId, now } = due;
  const { amountMinor, currency } = charged;
  const charge = { paymentId, paymentIntentId, amountMinor, currency };
  const standing = await standingOfCharge(database, customerId, charge);
  switch (standing) {
    case 'explained':
    case 'refunded':
      await lookAgain(database, due, null);
      return standing;
    case 'under-way':
    case 'contradicted':
      return standing;
    case 'nobodys': {
      // Should the refund not even begin, it isn't to wait for hours; once it has, its commit ends the looking.
      await lookAgain(database, due, new Date(now.getTime() + limits.lateCharges.minPauseMs));
      const operationKey = await makeServerKey(database);
      const { outcome } = await refund(needs, customerId, { ...charge, operationKey });
      // Refused: it has become somebody's meanwhile.
      return outcome.kind === 'succeeded' ? 'refunded' : 'under-way';
    }
    default:
      return standing satisfies never;
  }
}

/** The refund as an operation of its own: once it has begun, the completer finishes it whatever happens here. */
async function refund({ engine, payments }: Needs, customerId: string, charge: LateCharge): Promise<Settled> {
  return engine.run(
    {
      key: parseKey(charge.operationKey),
      scope: customerId,
      principal: 'worker',
      procedure: REFUND_LATE_CHARGE,
      policy: refundPolicy,
      fingerprints: fingerprints(engine.ports, refundPolicy, charge, charge),
      input: JSON.stringify(charge),
    },
    (operation) => refundLateCharge(operation, customerId, charge, payments),
  );
}

async function takeTurn(database: Database, due: DuePayment): Promise<boolean> {
  const { paymentId, customerId, settledAt, nextCheckAt, now } = due;
  const { count } = await database.payment.updateMany({
    where: { paymentId, customerId, nextCheckAt },
    data: { nextCheckAt: nextCheck(settledAt, now) },
  });
  return count === 1;
}

/** @param at null for never again */
async function lookAgain(database: Database, due: DuePayment, at: Date | null): Promise<void> {
  const { paymentId, customerId } = due;
  await database.payment.updateMany({ where: { paymentId, customerId }, data: { nextCheckAt: at } });
}
