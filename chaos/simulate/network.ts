import type { RandomStream } from '../random.ts';
import type { Fault, FaultKind, FaultSource, LinkKind } from './fault.ts';
import { never } from './machine.ts';
import type { Life } from './machine.ts';
import type { Scheduler } from './scheduler.ts';

/** How long a message takes, by the link that it takes. */
export type Latencies = Readonly<Record<LinkKind, { readonly leastMs: number; readonly mostMs: number }>>;

/** One request and its answer. */
export interface Exchange<R> {
  readonly from: Life;
  readonly link: LinkKind;
  /** The other end's name. */
  readonly to: string;
  /** What is asked: with link and number it names the exchange. */
  readonly what: string;
  /** The process that takes it, as it is when it arrives; null for an end that no fault kills. */
  readonly receiver: (() => Life) | null;
  /** What the other end does, once for each arrival; it throws `ConnectionEnded` to break off. */
  readonly serve: (fault: Fault | null) => Promise<R>;
  /** Told when it leaves, though it may get lost. */
  readonly onSent?: () => void;
  /** What becomes of the answer on the way, where a fault spoils it. */
  readonly spoil?: (answer: R, kind: FaultKind) => R;
  /** After it the sender gives up. */
  readonly timeoutMs?: number;
  /** The sender gives up when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** The sender got no answer. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly why: 'refused' | 'reset' | 'timeout' | 'aborted';

  constructor(why: LinkError['why']) {
    super(`no answer: ${why}`);
    this.why = why;
  }

  /** False where nothing can have arrived. */
  get sent(): boolean {
    return this.why !== 'refused';
  }
}

/** Thrown by an end that breaks off: no answer, but the end of the connection. */
export class ConnectionEnded extends Error {
  override readonly name = 'ConnectionEnded';
}

export interface NetworkOptions {
  readonly scheduler: Scheduler;
  readonly latencies: Latencies;
  readonly faults: FaultSource;
  readonly stream: (name: string) => RandomStream;
  /** Told of each fault when it begins and when it is over. */
  readonly onFault: (fault: Fault, link: LinkKind, phase: 'inject' | 'heal') => void;
  /** Told when a fault was seen to bite, and of what else is worth counting. */
  readonly onMet: (what: string) => void;
}

/** What a fault holds back: a message, a machine's restart, a stopped process. */
interface Held {
  readonly release: () => void;
}

/** One direction between two machines. */
interface Passage {
  readonly held: (() => void)[];
  partitions: number;
}

type Result<R> =
  { readonly kind: 'answer'; readonly value: R } | { readonly kind: 'error'; readonly error: unknown };

/**
 * Carries every message of the simulated system, and is where all its faults happen.
 *
 * A message that a partition holds isn't lost: it arrives when the line is mended, even if its sender has
 * given up long since, as one in a proxy's or a kernel's buffer does.
 */
export class Network {
  readonly #options: NetworkOptions;
  readonly #numbers = new Map<string, number>();
  readonly #streams = new Map<string, RandomStream>();
  readonly #passages = new Map<string, Passage>();
  readonly #held = new Set<Held>();
  #healed = false;
  #underWay = 0;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** Messages that are on their way, and requests that are being served. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Mends everything: what was held arrives, who was stopped goes on, who was dead starts. No fault follows. */
  heal(): void {
    this.#healed = true;
    for (const held of this.#held) held.release();
  }

  async exchange<R>(exchange: Exchange<R>): Promise<R> {
    const { from, link, to, what } = exchange;
    if (from.dead) return never();
    const pair = `${from.machine.name} → ${to}`;
    const name = this.#nameOf(`${pair} ${link} ${what}`);
    const fault = this.#healed ? null : this.#options.faults.next({ name, link, what });
    const [thereMs, backMs] = this.#latenciesOf(link, pair);
    if (fault !== null) this.#begin(fault, exchange, pair);
    if (fault?.kind === 'crash-before') return never();
    if (fault?.kind !== 'refused') exchange.onSent?.();

    const { promise, resolve, reject } = Promise.withResolvers<R>();
    let over = false;
    const end = (settle: () => void) => {
      from.deliver(() => {
        if (over) return;
        over = true;
        callOff();
        settle();
      });
    };
    const fail = (why: LinkError['why']) => {
      end(() => reject(new LinkError(why)));
    };
    const callOff =
      exchange.timeoutMs === undefined
        ? () => undefined
        : from.after(exchange.timeoutMs, () => fail('timeout'));
    // An abort comes from within the process, so it needs no delivery.
    exchange.signal?.addEventListener('abort', () => fail('aborted'), { once: true });

    const bites = () => this.#bites(link, fault);
    const back = (work: () => void) => this.#pass(`${to} → ${from.machine.name}`, backMs, work);
    const answer = (result: Result<R>) => {
      if (result.kind === 'error' && result.error instanceof ConnectionEnded)
        return back(() => fail('reset'));
      const arrive = () =>
        end(() => (result.kind === 'answer' ? resolve(result.value) : reject(result.error)));
      switch (fault?.kind) {
        case 'reset':
          return;
        case 'answer-lost':
          bites();
          return back(() => fail('reset'));
        case 'answer-swallowed':
          bites();
          return;
        case 'answer-late':
          return this.#holdMessage(fault.ms, () => {
            if (over) bites();
            arrive();
          });
        case 'crash-after':
          return back(() => {
            if (from.dead) return;
            bites();
            this.#options.onFault(fault, link, 'inject');
            this.#kill(from, fault, link);
          });
        case 'pause':
          return back(() => {
            if (from.dead) return;
            bites();
            this.#options.onFault(fault, link, 'inject');
            this.#stop(from, fault, link);
            arrive();
          });
        default: {
          const { spoil } = exchange;
          if (fault === null || spoil === undefined || result.kind === 'error') return back(arrive);
          const spoilt = spoil(result.value, fault.kind);
          if (spoilt !== result.value) bites();
          return back(() => end(() => resolve(spoilt)));
        }
      }
    };

    const serve = async (then: (result: Result<R>) => void) => {
      this.#underWay += 1;
      const result = await this.#serve(exchange, fault);
      this.#underWay -= 1;
      if (result === 'refused') back(() => fail('refused'));
      else then(result);
    };
    const deliver = (then: (result: Result<R>) => void) => {
      this.#pass(pair, thereMs, () => {
        if (fault?.kind === 'request-late' && (over || from.dead)) bites();
        if (fault?.kind === 'reset') {
          bites();
          back(() => fail('reset'));
        }
        void serve(then);
      });
    };

    switch (fault?.kind) {
      case 'refused':
        bites();
        this.#options.scheduler.after(thereMs, () => fail('refused'));
        break;
      case 'request-lost':
        bites();
        break;
      case 'request-late':
        this.#holdMessage(fault.ms, () => deliver(answer));
        break;
      case 'resent':
        deliver(() => undefined);
        this.#holdMessage(fault.ms, () =>
          deliver((result) => {
            bites();
            answer(result);
          }),
        );
        break;
      default:
        deliver(answer);
    }
    return promise;
  }

  /** Tells the other end that a connection is closed: it knows when it learns it. */
  close(from: Life, to: string, link: LinkKind, told: () => void): void {
    const pair = `${from.machine.name} → ${to}`;
    this.#pass(pair, this.#latenciesOf(link, pair)[0], told);
  }

  /** What the other end makes of an arrival; `refused` where nobody listens. */
  async #serve<R>({ receiver, serve }: Exchange<R>, fault: Fault | null): Promise<Result<R> | 'refused'> {
    const life = receiver?.() ?? null;
    if (life?.dead === true) return 'refused';
    const result = Promise.withResolvers<Result<R>>();
    const forget = life?.onDeath(() =>
      result.resolve({ kind: 'error', error: new ConnectionEnded('its process died') }),
    );
    const work = () => {
      void serve(fault).then(
        (value) => result.resolve({ kind: 'answer', value }),
        (error: unknown) => result.resolve({ kind: 'error', error }),
      );
    };
    if (life === null) work();
    else life.deliver(work);
    return result.promise.finally(() => forget?.());
  }

  #begin<R>(fault: Fault, { from, link, to }: Exchange<R>, pair: string): void {
    const way = `${to} → ${from.machine.name}`;
    // These begin when the answer arrives, if one does.
    if (fault.kind === 'crash-after' || fault.kind === 'pause') return;
    this.#options.onFault(fault, link, 'inject');
    switch (fault.kind) {
      case 'partition-there':
        this.#cut([pair], fault, link);
        break;
      case 'partition-back':
        this.#cut([way], fault, link);
        break;
      case 'partition':
        this.#cut([pair, way], fault, link);
        break;
      case 'crash-before':
        this.#bites(link, fault);
        this.#kill(from, fault, link);
        break;
      default:
        this.#options.onFault(fault, link, 'heal');
    }
  }

  #cut(ways: readonly string[], fault: Fault, link: LinkKind): void {
    const passages = ways.map((way) => this.#passageOf(way));
    for (const passage of passages) passage.partitions += 1;
    this.#hold(fault.ms, () => {
      this.#options.onFault(fault, link, 'heal');
      let bit = false;
      for (const passage of passages) {
        passage.partitions -= 1;
        if (passage.partitions > 0) continue;
        bit ||= passage.held.length > 0;
        for (const arrive of passage.held.splice(0)) arrive();
      }
      if (bit) this.#bites(link, fault);
    });
  }

  #kill(life: Life, fault: Fault, link: LinkKind): void {
    life.machine.kill();
    this.#hold(fault.ms, () => {
      life.machine.restart();
      this.#options.onFault(fault, link, 'heal');
    });
  }

  #stop(life: Life, fault: Fault, link: LinkKind): void {
    life.stop();
    this.#hold(fault.ms, () => {
      life.go();
      this.#options.onFault(fault, link, 'heal');
    });
  }

  #holdMessage(ms: number, goOn: () => void): void {
    this.#underWay += 1;
    this.#hold(ms, () => {
      this.#underWay -= 1;
      goOn();
    });
  }

  /** Does `work` after `ms`, or when everything is mended. */
  #hold(ms: number, work: () => void): void {
    if (this.#healed) {
      this.#options.scheduler.after(0, work);
      return;
    }
    const release = () => {
      callOff();
      this.#held.delete(held);
      work();
    };
    const callOff = this.#options.scheduler.after(ms, release);
    const held: Held = { release };
    this.#held.add(held);
  }

  #pass(way: string, delayMs: number, work: () => void): void {
    this.#underWay += 1;
    const arrive = () =>
      void this.#options.scheduler.after(delayMs, () => {
        this.#underWay -= 1;
        work();
      });
    const passage = this.#passages.get(way);
    if (passage !== undefined && passage.partitions > 0) passage.held.push(arrive);
    else arrive();
  }

  #passageOf(way: string): Passage {
    const passage = this.#passages.get(way) ?? { held: [], partitions: 0 };
    this.#passages.set(way, passage);
    return passage;
  }

  #bites(link: LinkKind, fault: Fault | null): void {
    if (fault !== null) this.#options.onMet(`${link}: ${fault.kind}`);
  }

  #nameOf(purpose: string): string {
    const number = (this.#numbers.get(purpose) ?? 0) + 1;
    this.#numbers.set(purpose, number);
    return `${purpose} #${number}`;
  }

  /** Both are drawn for every exchange, whatever becomes of it, so that a fault shifts no later one. */
  #latenciesOf(link: LinkKind, pair: string): [number, number] {
    const random = this.#streams.get(pair) ?? this.#options.stream(pair);
    this.#streams.set(pair, random);
    const { leastMs, mostMs } = this.#options.latencies[link];
    return [random.integer(leastMs, mostMs), random.integer(leastMs, mostMs)];
  }
}
