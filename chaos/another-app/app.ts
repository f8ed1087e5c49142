import type { ClientLimits } from '../schedule/schedule.ts';

/**
 * An app that isn't the shop, as its own people describe it to the harness: where it runs, how one buys
 * there, and how one finds out what was really done. One file exports it by default.
 */
export interface AppFile<Prepared = unknown> {
  /** Names it in reports: lower-case letters, digits and hyphens. */
  name: string;
  /** Its nodes, which run already: `http://127.0.0.1:3000`. Requests go from one to the next, as a load balancer's would. */
  nodes: readonly string[];
  /** Ways from the app to others. The app must be told to take them. */
  links?: readonly AppLink[] | undefined;
  workload: Workload<Prepared>;
  ledger: LedgerAdapter;
  /** What the client allows itself. Default: 4 s an attempt, 8 attempts and 30 s a purchase. */
  limits?: { [Limit in keyof ClientLimits]?: number | undefined } | undefined;
  /** Longest from healing until nothing moves any more, in milliseconds. Default: 30 s. */
  settleMs?: number | undefined;
}

/** A port of this machine at which the app reaches something, through a proxy: open while the harness runs. */
export interface AppLink {
  /** `bank`, `database`. */
  name: string;
  /** What is spoken on it: the harness asks something harmless of its own, to feel a fault. */
  kind: 'http' | 'postgres';
  /** `host:port` of whoever answers. */
  to: string;
  /** Where the app asks instead. */
  listenPort: number;
}

export interface Workload<Prepared = unknown> {
  /** How many a play makes. Each must be able to succeed: there is enough of everything. Default: 30. */
  purchases?: number | undefined;
  /** What each costs, in the currency's smallest unit, if answers or rows say so. */
  amountMinor?: number | undefined;
  /** What one needs before one can buy (a session, a cart), past every proxy. Repeated until it doesn't throw. */
  prepare?: ((at: { url: string; nonce: string }) => Promise<Prepared>) | undefined;
  /**
   * The request that buys, asked for once for each purchase: all its attempts send the same bytes. The nonce
   * must be in it somewhere whence the app carries it into what the ledger shows. `Idempotency-Key` is set
   * by the harness, and needn't be; an app that wants the key elsewhere is given it here.
   */
  request: (purchase: Purchase<Prepared>) => PurchaseRequest;
  /** What a complete answer says. Throws on one that the app must never give. */
  read: (answer: AppAnswer) => Reading;
  /** Whether an answer says of itself that it is a repetition. Left out, nobody asks. */
  isReplay?: ((answer: AppAnswer) => boolean) | undefined;
}

export interface Purchase<Prepared = unknown> {
  /** Ten lower-case letters and digits, of this purchase alone. */
  nonce: string;
  /** A UUIDv7. */
  key: string;
  /** What `prepare` came to. */
  prepared: Prepared;
}

export interface PurchaseRequest {
  /** Default: POST. */
  method?: 'POST' | 'PUT' | 'PATCH' | undefined;
  /** From the first slash on. */
  path: string;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: string | undefined;
}

export interface AppAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** @throws if the body is no JSON */
  json(): unknown;
}

/** What an answer says of a purchase. When in doubt, `in doubt` is always safe. */
export type Reading =
  /** Done, and the ledger will show it under this id. */
  | { says: 'ok'; id: string; amountMinor?: number | undefined }
  /** No, for good: whoever asks again with this key is told the same. */
  | { says: 'refused'; code: string }
  /** This attempt did nothing, for certain. Of others with this key it says nothing. */
  | { says: 'fail'; code: string }
  /** Anything else: busy, broken, unknown. It is asked again, with the same key. */
  | { says: 'in doubt'; code: string };

/** Reads what was really done: past the app if possible, else by an honest page of it. */
export interface LedgerAdapter {
  /** Everything that there is at that moment, older rows too. */
  read: () => Promise<LedgerRows>;
}

export interface LedgerRows {
  /** What purchases made in the app: orders, bookings. */
  effects: readonly EffectRow[];
  /** Money that moved at the provider, by its own account. */
  charges?: readonly ChargeRow[] | undefined;
}

export interface EffectRow {
  /** Of the purchase that made it; whatever stands there if it's none of ours. */
  nonce: string;
  id: string;
  amountMinor?: number | undefined;
  /** `pending` must become one of the others. Default: done. */
  state?: 'done' | 'pending' | 'failed' | undefined;
}

export interface ChargeRow {
  nonce: string;
  id: string;
  amountMinor?: number | undefined;
  /** It counts all the same: a double that was refunded is a double. */
  refunded?: boolean | undefined;
}

/** An app file whose form is right, with its defaults. */
export interface App extends Required<Omit<AppFile, 'limits' | 'workload' | 'links' | 'settleMs'>> {
  links: readonly AppLink[];
  workload: Workload & { purchases: number };
  limits: ClientLimits;
  settleMs: number;
}
