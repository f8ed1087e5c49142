import type { Intent } from '../final-state.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { OutcomeSeen, PlacedOrder } from '../history/value.ts';
import type { RandomStream } from '../random.ts';
import type { Habits } from './habits.ts';
import type { ClientLimits } from '../schedule/schedule.ts';
import type { PageCache } from './page-cache.ts';
import type { Quirks } from './quirks.ts';

/** How long somebody tries to come to the button: longer than any scenario keeps the shop from them. */
export const PREPARE_LIMIT_MS = 60_000;

/** What an intent means to buy. */
export interface WantedLine {
  sku: string;
  quantity: number;
}

/** How pressing Pay ended, as the customer was told. */
export type PayEnd =
  | { type: 'ok'; order: PlacedOrder }
  /** For good, under this key. */
  | { type: 'refused'; code: string }
  /** Bought, or not, or not yet. */
  | { type: 'unknown'; why: string };

export interface PayOptions {
  /** Where one customer acts in several places at once. */
  tab?: number;
  /** Fewer attempts than the client would make: a customer who gives up. */
  maxAttempts?: number;
}

/**
 * One customer with one purchase in mind, driving one of the two clients. Everything they do stands in
 * the history, attempt by attempt.
 */
export interface Shopper {
  /** First page, cart, checkout, details, payment prepared: all up to the button. Repeated until it's done. */
  prepare(): Promise<void>;
  /** Presses Pay: one call, with as many attempts as its budget allows. A second tab sends the same key. */
  pay(paymentMethod: string, options?: PayOptions): Promise<PayEnd>;
  /** Goes on, under the same key, with what an earlier call left unknown or told. */
  payAgain(): Promise<PayEnd>;
  /** Asks what became of the last key. Null if that couldn't be found out. */
  askOutcome(): Promise<OutcomeSeen | null>;
  /**
   * Closes the last key, so that no copy of its request that is still under way does anything.
   * @returns whether the next payment may have a key of its own: nothing was bought with this one, for certain
   */
  closeKey(): Promise<boolean>;
  listOrders(): Promise<void>;
  /** Asks for an order, which may be a stranger's; `intent` is whose it is. */
  readOrder(orderId: string, intent: string): Promise<void>;
}

export interface ShopperOptions {
  intent: Intent;
  lines: readonly WantedLine[];
  delivery: 'standard' | 'express';
  history: HistoryRecorder;
  /** Where a request goes: the first of a call to the home node, later ones from node to node. */
  route: Route;
  limits: ClientLimits;
  /** What is wrong with their machine, at this moment. */
  quirks: Readonly<Quirks>;
  /** The one that customers share who share one. */
  pageCache: PageCache;
  /** What is wrong with their software; only the plain client can be made wrong. */
  habits: Habits;
  /** The stream of that purpose, of this customer. */
  random: (purpose: string) => RandomStream;
  signal: AbortSignal;
}

/** The address of the node that takes the attempt of that number, as a load balancer would pick it. */
export type Route = (attempt: number) => string;
