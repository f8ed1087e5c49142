import type { FinalState, Intent, OrderRow, PlantedCause } from '../final-state.ts';
import { hashOf } from '../history/answer.ts';
import { acknowledged, refused } from './answers.ts';
import type { HistoryEvent, OperationEvent, PhaseName } from '../history/event.ts';
import type { CompletionDetails, InvokeDetails } from '../history/recorder.ts';
import type { PageSeen, PlacedOrder, PurchaseAsk } from '../history/value.ts';

/** One product is enough: what is sold says nothing about how. */
const SKU = 'mug';
const PRICE_MINOR = 1_200;
const DELIVERY_MINOR = 500;
const INITIAL_STOCK = 10;
const WALL_START_MS = 1_790_000_000_000;

export interface AttemptOptions {
  key?: string;
  /** Stands for the body that was sent. */
  payload?: string;
  ask?: Partial<PurchaseAsk>;
  call?: OperationEvent | null;
  tookMs?: number;
  /** The node that it is sent to. */
  to?: string;
}

/**
 * A history and its final state, made by hand: each method is something that an honest shop may do,
 * and keeps all accounts in agreement. A test then breaks exactly one thing.
 */
export class HandMade {
  readonly history: HistoryEvent[] = [];
  readonly state: FinalState = {
    database: {
      orders: [],
      orderLines: [],
      payments: [],
      checkouts: [],
      stock: [{ sku: SKU, initial: INITIAL_STOCK, available: INITIAL_STOCK, reserved: 0, sold: 0 }],
      reservations: [],
      records: [],
      outbox: [],
    },
    ledger: { intents: [], charges: [], refunds: [] },
    requests: [],
    openAtProvider: 0,
    commitLog: [],
    intents: [],
    evidence: {},
    facts: {
      limits: { attemptMs: 10_000, callMs: 60_000, attemptsPerCall: 5, settleMs: 30_000 },
      settledAfterMs: 1_200,
      harnessStallMs: 15,
      twoEqualReads: true,
    },
  };
  #nowMs = 0;

  constructor() {
    this.phase('start', { wallMs: WALL_START_MS });
  }

  /** Lets time pass. */
  wait(ms: number): void {
    this.#nowMs += ms;
  }

  phase(phase: PhaseName, value: unknown = null): void {
    this.history.push({ ...this.#stamp('harness'), type: 'phase', phase, value });
  }

  fault(phase: 'inject' | 'heal', fault: string, target: string, intent: string | null = null): void {
    this.history.push({
      ...this.#stamp('nemesis'),
      type: 'fault',
      phase,
      fault,
      target,
      intent,
      value: null,
    });
  }

  intent(nonce: string, planted: PlantedCause[] = [], customer = `customer-${nonce}`): Intent {
    const card = planted.includes('declining-card')
      ? 'pm_card_chargeDeclined'
      : planted.includes('insufficient-funds')
        ? 'pm_card_chargeDeclinedInsufficientFunds'
        : 'pm_card_visa';
    const intent: Intent = {
      nonce,
      customer,
      client: 'plain',
      planted,
      email: `${nonce}@example.com`,
      paymentMethod: `${card}_${nonce}`,
    };
    this.state.intents.push(intent);
    return intent;
  }

  invoke(details: InvokeDetails): OperationEvent {
    const event: OperationEvent = {
      ...this.#stamp(details.process),
      type: 'invoke',
      f: details.f,
      key: details.key ?? null,
      intent: details.intent ?? null,
      attempt: details.attempt ?? null,
      to: details.to ?? null,
      payloadHash: details.payloadHash ?? null,
      value: details.value ?? null,
      errorClass: null,
      faults: [],
      invoke: null,
      call: details.call ?? null,
      response: null,
    };
    this.history.push(event);
    return event;
  }

  complete(invoke: OperationEvent, details: CompletionDetails, tookMs = 20): OperationEvent {
    this.wait(tookMs);
    const event: OperationEvent = {
      ...invoke,
      ...this.#stamp(invoke.process),
      type: details.type,
      value: details.value ?? null,
      errorClass: details.errorClass ?? null,
      invoke: invoke.index,
      response: details.response ?? null,
    };
    this.history.push(event);
    return event;
  }

  ask(intent: Intent, quantity = 1): PurchaseAsk {
    return {
      checkoutId: `checkout-${intent.nonce}`,
      version: 3,
      paymentMethod: intent.paymentMethod,
      email: intent.email,
      lines: [{ sku: SKU, quantity, unitPriceMinor: PRICE_MINOR }],
      totalMinor: quantity * PRICE_MINOR + DELIVERY_MINOR,
      currency: 'EUR',
    };
  }

  /** One attempt and its end. */
  attempt(intent: Intent, end: CompletionDetails, options: AttemptOptions = {}): OperationEvent {
    const key = options.key ?? `key-${intent.nonce}`;
    const invoke = this.invoke({
      process: intent.customer,
      f: 'placeOrder',
      key,
      intent: intent.nonce,
      attempt: 1,
      to: options.to ?? null,
      payloadHash: hashOf(options.payload ?? intent.nonce),
      value: { ...this.ask(intent), ...options.ask },
      call: options.call?.index ?? null,
    });
    return this.complete(invoke, end, options.tookMs);
  }

  /** Sent, and the answer lost. */
  lost(intent: Intent, options: AttemptOptions = {}): OperationEvent {
    return this.attempt(intent, { type: 'info', errorClass: 'network' }, options);
  }

  /** Bought, acknowledged, and everywhere written down so. */
  buy(intent: Intent, options: AttemptOptions = {}): PlacedOrder {
    const call = this.invoke({ process: intent.customer, f: 'purchase', intent: intent.nonce });
    const order = this.settlePaid(intent, options);
    this.attempt(intent, acknowledged(order), { call, ...options });
    this.complete(call, { type: 'ok', value: order });
    return order;
  }

  /** Asked again with the same key: the same bytes. */
  replay(intent: Intent, order: PlacedOrder, options: AttemptOptions = {}): OperationEvent {
    return this.attempt(intent, acknowledged(order, true), options);
  }

  /** Declined, and everywhere written down so. */
  decline(intent: Intent, options: AttemptOptions = {}): OperationEvent {
    const order = this.#reserve(intent, options);
    this.#settle(order, 'failed', options.key ?? `key-${intent.nonce}`, { code: 'CARD_DECLINED' });
    this.state.ledger.charges.push({ ...this.#charge(order, intent), status: 'failed', captured: false });
    return this.attempt(intent, refused('CARD_DECLINED', 402), options);
  }

  /** Paid in the shop's books and the provider's, whatever the client came to know. */
  settlePaid(intent: Intent, options: AttemptOptions = {}): PlacedOrder {
    const order = this.#reserve(intent, options);
    const told: PlacedOrder = {
      orderId: order.orderId,
      reference: `REF-${intent.nonce}`,
      operationId: order.operationId,
      status: 'paid',
      totalMinor: order.totalMinor,
      currency: order.currency,
    };
    this.#settle(order, 'paid', options.key ?? `key-${intent.nonce}`, told);
    this.state.ledger.charges.push(this.#charge(order, intent));
    return told;
  }

  /** What a page says to its customer now. */
  page(intent: Intent, seen: Partial<PageSeen>): OperationEvent {
    const invoke = this.invoke({ process: intent.customer, f: 'page', intent: intent.nonce });
    const value = { page: '/checkout', says: 'nothing', orderId: null, offersPayment: false, orders: null };
    return this.complete(invoke, { type: 'ok', value: { ...value, ...seen } }, 0);
  }

  healed(): void {
    this.phase('healed');
  }

  #reserve(intent: Intent, { ask: changed }: AttemptOptions): OrderRow {
    const { database, ledger } = this.state;
    const ask = { ...this.ask(intent), ...changed };
    const number = database.orders.length + 1;
    const order: OrderRow = {
      orderId: `order-${number}`,
      customerId: `id-of-${intent.customer}`,
      checkoutId: ask.checkoutId,
      operationId: `op_${number}`,
      status: 'pending',
      email: intent.email,
      subtotalMinor: ask.totalMinor - DELIVERY_MINOR,
      deliveryMinor: DELIVERY_MINOR,
      totalMinor: ask.totalMinor,
      currency: ask.currency,
      createdAt: this.#wallText(),
      settledAt: null,
    };
    database.orders.push(order);
    const { customerId, orderId, operationId } = order;
    if (!database.checkouts.some((checkout) => checkout.checkoutId === order.checkoutId)) {
      database.checkouts.push({
        checkoutId: order.checkoutId,
        customerId,
        status: 'completed',
        version: ask.version,
        email: intent.email,
        totalMinor: ask.totalMinor,
        currency: ask.currency,
        paymentIntentId: `pi_${order.checkoutId}`,
      });
      ledger.intents.push({
        id: `pi_${order.checkoutId}`,
        amount: ask.totalMinor,
        currency: 'eur',
        status: 'succeeded',
        paymentMethod: ask.paymentMethod,
        amountReceived: ask.totalMinor,
        createdMs: this.#wallMs,
      });
    }
    database.payments.push({
      paymentId: `payment-${number}`,
      customerId,
      orderId,
      status: 'pending',
      paymentIntentId: `pi_${order.checkoutId}`,
      paymentMethod: ask.paymentMethod,
      amountMinor: ask.totalMinor,
      currency: ask.currency,
      failureCode: null,
    });
    for (const line of ask.lines) {
      database.orderLines.push({
        orderId,
        customerId,
        ...line,
        lineTotalMinor: line.quantity * line.unitPriceMinor,
      });
      database.reservations.push({
        operationId,
        sku: line.sku,
        customerId,
        orderId,
        quantity: line.quantity,
        status: 'held',
      });
      this.#moveStock(line.sku, 'available', 'reserved', line.quantity);
    }
    this.#logStatus(order, 'insert');
    return order;
  }

  #settle(order: OrderRow, status: 'paid' | 'failed', key: string, outcome: unknown): void {
    const { database } = this.state;
    this.wait(5);
    order.status = status;
    order.settledAt = this.#wallText();
    for (const payment of database.payments) {
      if (payment.orderId === order.orderId) payment.status = status;
    }
    for (const reservation of database.reservations) {
      if (reservation.orderId !== order.orderId) continue;
      reservation.status = status === 'paid' ? 'sold' : 'released';
      this.#moveStock(
        reservation.sku,
        'reserved',
        status === 'paid' ? 'sold' : 'available',
        reservation.quantity,
      );
    }
    database.records.push({
      key,
      scope: order.customerId,
      procedure: 'checkout.placeOrder',
      operationId: order.operationId,
      state: status === 'paid' ? 'succeeded' : 'failed',
      fence: 1,
      holder: 'web-1',
      tries: 1,
      outcome: JSON.stringify(outcome),
      createdAt: order.createdAt,
      settledAt: order.settledAt,
    });
    if (status === 'paid') {
      database.outbox.push({
        messageId: `message-${order.orderId}`,
        customerId: order.customerId,
        operationId: order.operationId,
        topic: 'order.paid',
        payload: JSON.stringify({ orderId: order.orderId }),
        deliveredAt: null,
      });
    }
    this.#logStatus(order, 'update');
  }

  #charge(order: OrderRow, intent: Intent): FinalState['ledger']['charges'][number] {
    const payment = this.state.database.payments.find(({ orderId }) => orderId === order.orderId);
    return {
      id: `ch_${this.state.ledger.charges.length + 1}`,
      paymentIntent: `pi_${order.checkoutId}`,
      amount: order.totalMinor,
      currency: 'eur',
      status: 'succeeded',
      captured: true,
      paymentMethod: payment?.paymentMethod ?? intent.paymentMethod,
      failureCode: null,
      idempotencyKey: `${order.operationId}:charge`,
      createdMs: this.#wallMs,
    };
  }

  #moveStock(
    sku: string,
    from: 'available' | 'reserved',
    to: 'available' | 'reserved' | 'sold',
    quantity: number,
  ): void {
    const row = this.state.database.stock.find((stock) => stock.sku === sku);
    if (row === undefined) throw new Error(`there is no ${sku}`);
    row[from] -= quantity;
    row[to] += quantity;
    const { initial, available, reserved, sold } = row;
    this.#log('stock', 'update', {
      sku,
      initial: `${initial}`,
      available: `${available}`,
      reserved: `${reserved}`,
      sold: `${sold}`,
    });
  }

  #logStatus(order: OrderRow, op: 'insert' | 'update'): void {
    const { orderId, status, email } = order;
    const payment = this.state.database.payments.find((row) => row.orderId === orderId);
    this.#log('orders', op, { order_id: orderId, status, email });
    if (payment !== undefined)
      this.#log('payment', op, { payment_id: payment.paymentId, order_id: orderId, status });
  }

  #log(table: string, op: 'insert' | 'update', row: Record<string, string>): void {
    const number = this.state.commitLog.length + 1;
    this.state.commitLog.push({
      lsn: `0/${number.toString(16).toUpperCase().padStart(8, '0')}`,
      xid: 700 + number,
      commitMs: this.#wallMs,
      table,
      op,
      old: null,
      new: row,
    });
  }

  get #wallMs(): number {
    return WALL_START_MS + this.#nowMs;
  }

  #wallText(): string {
    return new Date(this.#wallMs).toISOString();
  }

  #stamp(process: string): { index: number; monoNs: number; process: string } {
    return { index: this.history.length, monoNs: Math.round(this.#nowMs * 1e6), process };
  }
}
