import type { RandomStream } from '../random.ts';

/** What a request travels on. An edge connects a customer's tab with a web node. */
export type LinkKind = 'edge' | 'db' | 'payments';

/**
 * What can go wrong with one exchange, and with who takes part in it.
 *
 * Everything is tied to an exchange, processes' deaths too, for between two of its exchanges a process
 * touches nothing that others see. So a fault needs no time of its own, and a list of them is a plan.
 */
export const FAULT_KINDS = [
  /** It never leaves, and its sender is told so. */
  'refused',
  /** It never arrives, and its sender hears nothing. */
  'request-lost',
  /** It arrives after `ms`, its sender long gone as a rule. */
  'request-late',
  /** It arrives, and in that moment its sender's connection is reset. */
  'reset',
  /** It is done, and instead of the answer its sender sees the connection end. */
  'answer-lost',
  /** It is done, and its sender hears nothing. */
  'answer-swallowed',
  /** The answer takes `ms`. */
  'answer-late',
  /** For `ms` nothing gets through to the other end; it is held, and delivered afterwards. */
  'partition-there',
  /** For `ms` nothing gets back. */
  'partition-back',
  'partition',
  /** The browser sends it a second time by itself, `ms` later, when the first connection ends; as Chromium does. */
  'resent',
  /** The answer is cut in its middle. */
  'answer-cut',
  /** A complete 200 without a body, which is what Chromium makes of a truncated header. */
  'answer-emptied',
  /** A proxy answers in the place of the shop, which did what it was asked. */
  'bad-gateway',
  /** The sender's process dies before it sends; another starts `ms` later. */
  'crash-before',
  /** It dies when the answer arrives. */
  'crash-after',
  /** It is stopped (SIGSTOP) for `ms` when the answer arrives. */
  'pause',
  /** The database restarts and is away for `ms`; open transactions are gone. */
  'database-restart',
  /** The database undoes the transaction instead of committing it (a deadlock), and says so. */
  'undone',
  /** The provider does it and answers 500. */
  'provider-error',
  /** The provider answers 429 and does nothing. */
  'provider-busy',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** One thing that goes wrong. */
export interface Fault {
  /** The name of the exchange: `web-1 → db commit #3`. */
  readonly at: string;
  readonly kind: FaultKind;
  /** How long, where it has a length. */
  readonly ms: number;
}

const ON_ANY_LINK: readonly FaultKind[] = [
  'refused',
  'request-lost',
  'request-late',
  'reset',
  'answer-lost',
  'answer-swallowed',
  'answer-late',
  'partition-there',
  'partition-back',
  'partition',
];
const OF_SERVERS: readonly FaultKind[] = ['crash-before', 'crash-after', 'pause'];

/** What can happen on a link; a customer's own process dies by what the customer does. */
export const FAULTS_ON: Readonly<Record<LinkKind, readonly FaultKind[]>> = {
  edge: [...ON_ANY_LINK, 'resent', 'answer-cut', 'answer-emptied', 'bad-gateway'],
  db: [...ON_ANY_LINK, ...OF_SERVERS, 'database-restart', 'undone'],
  payments: [...ON_ANY_LINK, ...OF_SERVERS, 'provider-error', 'provider-busy'],
};

/** Every fault on every link where it can happen, as the counters name it. */
export const FAULT_SITES: readonly string[] = Object.entries(FAULTS_ON).flatMap(([link, kinds]) =>
  kinds.map((kind) => `${link}: ${kind}`),
);

/** How a run's faults are drawn. */
export interface Dice {
  readonly kinds: readonly FaultKind[];
  /** Of an exchange going wrong. */
  readonly chance: number;
  /** After so many the run goes on without: a single fault must get its chance to be the only one. */
  readonly most: number;
  /** The longest that a fault with a length may last, by the scale that is drawn for it. */
  readonly msMax: number;
}

/** Where faults come from: dice in a first run, a list in every later one. */
export interface FaultSource {
  /** The fault of an exchange. It is asked once about each, in the order in which they begin. */
  next(exchange: { name: string; link: LinkKind; what: string }): Fault | null;
}

/** Draws faults, from a stream for each link, so that one more request here changes nothing there. */
export class DrawnFaults implements FaultSource {
  readonly #dice: Dice;
  readonly #stream: (name: string) => RandomStream;
  readonly #streams = new Map<string, RandomStream>();
  #drawn = 0;

  constructor(dice: Dice, stream: (name: string) => RandomStream) {
    this.#dice = dice;
    this.#stream = stream;
  }

  next({ name, link, what }: { name: string; link: LinkKind; what: string }): Fault | null {
    const { kinds, chance, most, msMax } = this.#dice;
    // The same purpose on the same link, its number taken off.
    const purpose = name.slice(0, name.lastIndexOf('#'));
    const random = this.#streams.get(purpose) ?? this.#stream(purpose);
    this.#streams.set(purpose, random);
    if (random.number() >= chance * weightOf(what) || this.#drawn >= most) return null;
    const possible = kinds.filter((kind) => isPossible(kind, link, what));
    if (possible.length === 0) return null;
    this.#drawn += 1;
    // By the scale: a pause of 10 ms and one of a minute are different faults, and as likely.
    return { at: name, kind: random.pick(possible), ms: Math.ceil(msMax ** random.number()) };
  }
}

/** Those of a list, and none else. */
export class ListedFaults implements FaultSource {
  readonly #faults: ReadonlyMap<string, Fault>;

  constructor(faults: readonly Fault[]) {
    this.#faults = new Map(faults.map((fault) => [fault.at, fault]));
  }

  next({ name, link, what }: { name: string; link: LinkKind; what: string }): Fault | null {
    const fault = this.#faults.get(name);
    // A reduced plan may have another exchange under that name.
    return fault !== undefined && isPossible(fault.kind, link, what) ? fault : null;
  }
}

function isPossible(kind: FaultKind, link: LinkKind, what: string): boolean {
  return FAULTS_ON[link].includes(kind) && (kind !== 'undone' || what === 'commit');
}

/** By how much hangs on an exchange, and how often there is one. */
function weightOf(what: string): number {
  switch (what) {
    // What a worker asks for again and again, and a lease that is renewed.
    case 'abandoned':
    case 'renew':
    case 'purge':
      return 0.1;
    case 'commit':
    case 'confirm':
      return 3;
    default:
      return 1;
  }
}
