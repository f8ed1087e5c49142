import type { Pair } from '../history/attempts.ts';
import { isOperation } from '../history/event.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { Arrival } from '../arrivals/tcp-recorder.ts';
import { Observer } from './observer.ts';
import type { ProviderRequest } from '../final-state.ts';
import { parseRequests } from '../provider-read.ts';
import type { PlannedIntent } from '../schedule/schedule.ts';
import type { OpenOperation } from './open-operation.ts';
import { Unreachable } from './unreachable.ts';
import { until } from './until.ts';

/** What is still open, counted. All zero is rest. */
export interface OpenWork {
  records: number;
  orders: number;
  reservations: number;
  atProvider: number;
}

/** A charge as the ledger has it. */
export interface Charge {
  payment_method: string;
  status: string;
  createdMs: number;
}

/** What SQL shows of an intent's operation. */
interface OperationSeen {
  email: string;
  isPending: boolean;
  fence: number;
  leaseIsOver: boolean;
}

const HTTP_LIMIT_MS = 5_000;

interface WatchSources {
  adminUrl: string;
  sandboxUrl: string;
  history: HistoryRecorder;
  arrivals: () => Iterable<Arrival>;
  /** The web node behind an address that customers use. */
  nodeAt: (address: string) => string | undefined;
}

/**
 * What faults fire on, seen from outside: a request's arrival on the wire, a charge in the provider's
 * ledger, an attempt's end in the history; and whether the shop has come to rest. It looks; who waits, waits
 * with `until`.
 */
export class ShopWatch implements AsyncDisposable {
  readonly #observer: Observer;
  readonly #sources: WatchSources;
  /** The attempts of the history as far as it was read, by their intent: many wait on it at once. */
  readonly #attempts = new Map<string, Pair[]>();
  #read = 0;
  /** Of the ledger nothing older is asked for: a run after others looks at its own. */
  #sinceMs = 0;

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

  /** Forgets what it has read, when the history has begun anew. */
  forget(): void {
    this.#attempts.clear();
    this.#read = 0;
    this.#sinceMs = Date.now();
  }

  /** The requests to pay that have reached a node whole: of one intent, or of all. */
  arrivals(intent: string | null = null): Arrival[] {
    const keys =
      intent === null ? null : new Set(this.attempts(intent).flatMap(({ invoke }) => invoke.key ?? []));
    return [...this.#sources.arrivals()].filter(
      ({ key, wholeNs }) => wholeNs !== null && key !== null && (keys?.has(key) ?? true),
    );
  }

  /** How many attempts to pay have ended, of all intents. */
  get attemptsEnded(): number {
    return this.#allAttempts().filter(({ completion }) => completion !== null).length;
  }

  /** The charge on a payment method in the provider's ledger, whose answer may still be on its way; null if there is none. */
  async charge(paymentMethod: string): Promise<Charge | null> {
    const charges = await this.charges();
    return charges.find((charge) => charge.payment_method === paymentMethod) ?? null;
  }

  /** How an intent's operation stands; null before its order is there. */
  async operation({ email }: { email: string }): Promise<OperationSeen | null> {
    const [seen] = await this.#operations([email]);
    return seen ?? null;
  }

  /** Every purchase of these that isn't over, and how far it has come. */
  async openOperations(intents: readonly PlannedIntent[]): Promise<OpenOperation[]> {
    const waiting = intents.filter(({ nonce }) =>
      this.attempts(nonce).some(({ completion }) => completion === null),
    );
    const [operations, charges] = await Promise.all([
      this.#operations(waiting.map(({ email }) => email)),
      this.charges(),
    ]);
    const charged = new Set(charges.map(({ payment_method: card }) => card));
    return intents.flatMap((intent): OpenOperation[] => {
      const isWaiting = waiting.includes(intent);
      const operation = operations.find(({ email }) => email === intent.email);
      if (!isWaiting && operation?.isPending !== true) return [];
      const unanswered = this.arrivals(intent.nonce).filter(({ answeredNs }) => answeredNs === null);
      const phase =
        operation === undefined
          ? unanswered.length > 0
            ? 'arrived'
            : 'sent'
          : !operation.isPending
            ? 'settled'
            : charged.has(intent.paymentMethod)
              ? 'charged'
              : 'claimed';
      return [
        {
          intent: intent.nonce,
          phase,
          // A node that has the request, and one whose links it or its answer is still on.
          nodes: isWaiting
            ? [...new Set([...unanswered.map(({ node }) => node), ...this.#askedNow(intent.nonce)])]
            : [],
          takenOver: (operation?.fence ?? 1) > 1,
        },
      ];
    });
  }

  /** What of these was sent from that event of the history on, and is over: too quick for anybody to have seen it open. */
  overSince(intents: readonly PlannedIntent[], index: number): OpenOperation[] {
    return intents.flatMap(({ nonce }): OpenOperation[] => {
      const over = this.attempts(nonce).filter(
        ({ invoke, completion }) => invoke.index >= index && completion !== null,
      );
      const nodes = [...new Set(over.flatMap(({ invoke }) => this.#nodeOf(invoke)))];
      return over.length > 0 ? [{ intent: nonce, phase: 'sent', nodes, takenOver: false }] : [];
    });
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

  /** Orders say it, and not records: with the protection off there are none. */
  #operations(emails: readonly string[]): Promise<OperationSeen[]> {
    return this.#observer.rows<OperationSeen>(
      `SELECT o.email, bool_or(o.status = 'pending') AS "isPending", coalesce(max(r.fence), 1)::int AS fence,
              coalesce(bool_or(r.settled_at IS NULL AND r.lease_until <= clock_timestamp()), false) AS "leaseIsOver"
         FROM orders o LEFT JOIN idempotency_record r ON r.operation_id = o.operation_id
        WHERE o.status = 'pending' OR o.email = ANY ($1)
        GROUP BY o.email`,
      [emails],
    );
  }

  async charges(): Promise<Charge[]> {
    const { charges } = (await this.#provider(`/sandbox/ledger?since=${this.#sinceMs}`)) as {
      charges: Charge[];
    };
    return charges.filter(({ status }) => status === 'succeeded');
  }

  /** Every request that the provider got, and what became of it. */
  async providerRequests(): Promise<ProviderRequest[]> {
    return parseRequests(await this.#provider('/sandbox/requests'));
  }

  /** The nodes that an intent's unfinished attempts were sent to. */
  #askedNow(intent: string): string[] {
    return this.attempts(intent)
      .filter(({ completion }) => completion === null)
      .flatMap(({ invoke }) => this.#nodeOf(invoke));
  }

  #nodeOf({ to }: Pair['invoke']): string[] {
    const node = to === null ? undefined : this.#sources.nodeAt(to);
    return node === undefined ? [] : [node];
  }

  #allAttempts(): Pair[] {
    this.attempts('');
    return [...this.#attempts.values()].flat();
  }

  async #provider(path: string): Promise<unknown> {
    const response = await fetch(`${this.#sources.sandboxUrl}${path}`, {
      signal: AbortSignal.timeout(HTTP_LIMIT_MS),
    }).catch((cause: unknown) => {
      throw new Unreachable('the provider gives no answer', { cause });
    });
    if (!response.ok) throw new Error(`the sandbox answered ${path} with ${response.status}`);
    return response.json();
  }
}
