import type { DatabaseSnapshot, FinalState, Ledger, OrderRow, RunFacts } from '../final-state.ts';
import type { PlacedOrder, PurchaseAsk } from '../history/value.ts';
import { emailOf, goodCard } from '../schedule/draw-intent.ts';
import type { PlannedIntent } from '../schedule/schedule.ts';
import type { App, ChargeRow, EffectRow, LedgerRows, Reading } from './app.ts';

/**
 * How an app's rows and answers are put into the forms that the checkers read. What an app says nothing of is
 * said of everything in the same words, so that it makes no difference anywhere; and the checkers that would
 * ask for it aren't asked (`app-bench.ts`).
 */

/** ISO 4217 for 'no currency'. */
const NO_CURRENCY = 'XXX';

/** Of an app that says no amounts. */
const ANY_AMOUNT_MINOR = 1;

export function askOf({ nonce, email, paymentMethod }: PlannedIntent, { workload }: App): PurchaseAsk {
  return {
    checkoutId: nonce,
    version: 1,
    paymentMethod,
    email,
    lines: [],
    totalMinor: workload.amountMinor ?? ANY_AMOUNT_MINOR,
    currency: NO_CURRENCY,
  };
}

/** What an `ok` acknowledges. */
export function orderOf(
  { id, amountMinor }: Extract<Reading, { says: 'ok' }>,
  ask: PurchaseAsk,
): PlacedOrder {
  return {
    orderId: id,
    reference: id,
    operationId: id,
    status: 'paid',
    totalMinor: amountMinor ?? ask.totalMinor,
    currency: ask.currency,
  };
}

/** What there is beside the rows. */
export interface Beside {
  app: App;
  intents: readonly PlannedIntent[];
  evidence: Record<string, number>;
  facts: RunFacts;
  /** When the rows were read: of those that say no time of their own. */
  readAtMs: number;
}

/** The final state of an app, as far as it has one. */
export function finalStateOf(
  rows: LedgerRows,
  { app, intents, evidence, facts, readAtMs }: Beside,
): FinalState {
  const amountMinor = app.workload.amountMinor ?? ANY_AMOUNT_MINOR;
  const nothing: Omit<DatabaseSnapshot, 'orders'> = {
    orderLines: [],
    payments: [],
    checkouts: [],
    stock: [],
    reservations: [],
    records: [],
    outbox: [],
  };
  return {
    database: { ...nothing, orders: rows.effects.map((row) => orderRow(row, amountMinor, readAtMs)) },
    ledger: ledgerOf(rows.charges ?? [], amountMinor, readAtMs),
    requests: [],
    openAtProvider: 0,
    commitLog: [],
    intents: [...intents],
    evidence,
    facts,
  };
}

/** Those that weren't there before: an app may have lived before it was put to the test. */
export function newRows(now: LedgerRows, before: LedgerRows): LedgerRows {
  return {
    effects: without(now.effects, before.effects),
    charges: now.charges === undefined ? undefined : without(now.charges, before.charges ?? []),
  };
}

function without<Row extends { id: string }>(rows: readonly Row[], before: readonly Row[]): Row[] {
  const known = new Set(before.map(({ id }) => id));
  return rows.filter(({ id }) => !known.has(id));
}

function orderRow(
  { nonce, id, state = 'done', ...row }: EffectRow,
  usual: number,
  readAtMs: number,
): OrderRow {
  const totalMinor = row.amountMinor ?? usual;
  const at = new Date(readAtMs).toISOString();
  return {
    orderId: id,
    customerId: nonce,
    checkoutId: nonce,
    operationId: id,
    status: state === 'done' ? 'paid' : state,
    email: emailOf(nonce),
    subtotalMinor: totalMinor,
    deliveryMinor: 0,
    totalMinor,
    currency: NO_CURRENCY,
    createdAt: at,
    settledAt: state === 'pending' ? null : at,
  };
}

function ledgerOf(charges: readonly ChargeRow[], usual: number, readAtMs: number): Ledger {
  const money = ({ id, amountMinor = usual }: ChargeRow) => ({
    amount: amountMinor,
    currency: NO_CURRENCY,
    createdMs: readAtMs,
    paymentIntent: id,
  });
  return {
    intents: [],
    charges: charges.map((row) => ({
      ...money(row),
      id: row.id,
      status: 'succeeded',
      captured: true,
      paymentMethod: goodCard(row.nonce),
      failureCode: null,
      idempotencyKey: null,
    })),
    refunds: charges
      .filter(({ refunded }) => refunded === true)
      .map((row) => ({ ...money(row), id: `refund of ${row.id}`, charge: row.id, status: 'succeeded' })),
  };
}
