import type { Pair } from '../history/attempts.ts';
import { isOperation } from '../history/event.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { Arrival } from '../arrivals/tcp-recorder.ts';
import { Observer } from './observer.ts';
import { until } from './until.ts';

/** What is still open, counted. All zero is rest. */
export interface OpenWork {
  records: number;
  orders: number;
  reservations: number;
  atProvider: number;
}

const HTTP_LIMIT_MS = 5_000;

/** Long beside anything that a healthy shop takes, short enough that a scenario that goes wrong ends. */
const EVENT_LIMIT_MS = 20_000;

interface WatchSources {
  adminUrl: string;
  sandboxUrl: string;
  history: HistoryRecorder;
  arrivals: () => Iterable<Arrival>;
  /** Ends every wait. */
  signal: AbortSignal;
}

/**
 * The events that faults fire on, seen from outside: a request's arrival on the wire, a charge in the
 * provider's ledger, an attempt's end in the history; and whether the shop has come to rest.
 */
export class ShopWatch implements AsyncDisposable {
  readonly #observer: Observer;
  readonly #sources: WatchSources;
  /** The attempts of the history as far as it was read, by their intent: many wait on it at once. */
  readonly #attempts = new Map<string, Pair[]>();
  #read = 0;

  private constructor(observer: Observer, sources: WatchSources) {
    this.#observer = observer;
    this.#sources = sources;
  }

  static async open(sources: WatchSources): Promise<ShopWatch> {
    return new ShopWatch(await Observer.connect({ adminUrl: sources.adminUrl, name: 'watch' }), sources);
  }

  /** The attempts of an intent so far, each with its end if it has one. */
  attempts(intent: string): Pair[] {
    const { events } = this.#sources.history;
    for (; this.#read < events.length; this.#read += 1) {
      const event = events[this.#read];
      if (event === undefined || !isOperation(event) || event.f !== 'placeOrder' || event.intent === null)
        continue;
      const attempts = this.#attempts.get(event.intent) ?? [];
      this.#attempts.set(event.intent, attempts);
      const pair = attempts.find(({ invoke }) => invoke.index === event.invoke);
      if (pair === undefined) attempts.push({ invoke: event, completion: null });
      else pair.completion = event;
    }
    return this.#attempts.get(intent) ?? [];
  }

  /** Waits until so many attempts of an intent have reached a node whole. */
  arrival(intent: string, count = 1): Promise<Arrival> {
    return until(
      () => {
        const keys = new Set(this.attempts(intent).flatMap(({ invoke }) => invoke.key ?? []));
        const arrived = [...this.#sources.arrivals()].filter(
          ({ key, wholeNs }) => wholeNs !== null && key !== null && keys.has(key),
        );
        return arrived[count - 1];
      },
      {
        what: `attempt ${count} of ${intent} to arrive`,
        limitMs: EVENT_LIMIT_MS,
        pauseMs: 2,
        signal: this.#sources.signal,
      },
    );
  }

  /** Waits until so many attempts of an intent have ended, and returns the last of them. */
  attemptEnd(intent: string, count = 1, limitMs = EVENT_LIMIT_MS): Promise<Pair> {
    return until(() => this.attempts(intent).filter(({ completion }) => completion !== null)[count - 1], {
      what: `attempt ${count} of ${intent} to end`,
      limitMs,
      signal: this.#sources.signal,
    });
  }

  /** Waits until the provider's ledger shows a charge on this payment method; its answer may still be on its way. */
  charge(paymentMethod: string): Promise<{ createdMs: number }> {
    return until(
      async () => {
        const { charges } = (await this.#provider('/sandbox/ledger')) as {
          charges: { payment_method: string; status: string; createdMs: number }[];
        };
        return charges.find(
          (charge) => charge.payment_method === paymentMethod && charge.status === 'succeeded',
        );
      },
      { what: `a charge on ${paymentMethod}`, limitMs: EVENT_LIMIT_MS, signal: this.#sources.signal },
    );
  }

  async openWork(): Promise<OpenWork> {
    const counts = await this.#observer.row<Omit<OpenWork, 'atProvider'>>(
      `SELECT (SELECT count(*)::int FROM idempotency_record WHERE settled_at IS NULL) AS records,
              (SELECT count(*)::int FROM orders WHERE status = 'pending') AS orders,
              (SELECT count(*)::int FROM stock_reservation WHERE status = 'held') AS reservations`,
    );
    const { open } = (await this.#provider('/sandbox/open')) as { open: number };
    return { ...counts, atProvider: open };
  }

  /** Waits until no connection of those nodes is left. */
  async backendsGone(nodes: readonly string[], limitMs: number): Promise<void> {
    await until(
      async () => {
        const backends = await this.#observer.rows(
          `SELECT FROM pg_stat_activity WHERE split_part(application_name, '/', 1) = ANY ($1)`,
          [nodes],
        );
        return backends.length === 0;
      },
      { what: `the backends of ${nodes.join(', ')} to end`, limitMs },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#observer[Symbol.asyncDispose]();
  }

  async #provider(path: string): Promise<unknown> {
    const response = await fetch(`${this.#sources.sandboxUrl}${path}`, {
      signal: AbortSignal.timeout(HTTP_LIMIT_MS),
    });
    if (!response.ok) throw new Error(`the sandbox answered ${path} with ${response.status}`);
    return response.json();
  }
}
