/**
 * What the harness saw, one event a line. The history is the only account of a run that the product
 * had no hand in: the checkers hold it against the database and the provider's ledger.
 *
 * An operation is two events: an `invoke`, and the completion that names it (`invoke: <its index>`).
 *
 *   ok       acknowledged: a complete body that its schema accepted
 *   refused  a definite business answer, stored under the key: declined, out of stock, closed
 *   fail     proven not executed: nothing was sent, or the shop said that it never runs this
 *   info     everything else; when in doubt, `info` is always safe
 */
export type OperationEventType = 'invoke' | 'ok' | 'refused' | 'fail' | 'info';

/**
 * `purchase` is the whole call as its caller saw it; `placeOrder` is one attempt of it at the wire.
 * Attempts name the call that they belong to, so that a budget can be counted. `page` is no request:
 * it is what a page said.
 */
export type OperationName =
  | 'purchase'
  | 'placeOrder'
  | 'outcome'
  | 'close'
  | 'readOrder'
  | 'listOrders'
  | 'prepare'
  | 'browse'
  | 'page';

/** The facts of an HTTP answer that was read to its end; null when there was none. */
export interface ResponseFacts {
  httpStatus: number;
  /** SHA-256 of the body's bytes, hexadecimal. */
  bodyHash: string;
  /** `Idempotent-Replayed: true` was on it. */
  replayed: boolean;
}

export interface OperationEvent {
  index: number;
  /** Nanoseconds of the harness's monotonic clock since the history began. */
  monoNs: number;
  /** The customer, or `customer/tab` where one customer acts in several places at once. */
  process: string;
  type: OperationEventType;
  f: OperationName;
  key: string | null;
  /** The nonce of the intent. Of a `readOrder`: the intent whose order was asked for. */
  intent: string | null;
  /** 1 for the first attempt with this key. */
  attempt: number | null;
  /** Where it was sent, `host:port`, or the node's name where there is no wire; null of a call, which isn't sent. */
  to: string | null;
  /** Hash of the request's body as it was sent: the harness's own, not the product's fingerprint. */
  payloadHash: string | null;
  /** By `f` and `type`; see `value.ts`. */
  value: unknown;
  /** The error's code, or the harness's own word for it (`timeout`, `network`, `truncated`, `bad_body`, …). */
  errorClass: string | null;
  /** Names of the faults that were on at that moment. */
  faults: string[];
  /** Of a completion: the index of its invoke. */
  invoke: number | null;
  /** Of an attempt: the index of the `purchase` invoke that it belongs to. */
  call: number | null;
  response: ResponseFacts | null;
}

/**
 * `inject` and `heal` stand around everything that a fault did. `hit` says what was open at its target then,
 * and how far it had come; `missed`, that its moment never came; `evidence`, that it was seen to bite.
 */
export type FaultPhase = 'inject' | 'hit' | 'heal' | 'missed' | 'evidence';

/** What was done to the system, in the same file, so that cause and effect are read in one order. */
export interface FaultEvent {
  index: number;
  monoNs: number;
  process: string;
  type: 'fault';
  phase: FaultPhase;
  /** The fault's name, or with phase `evidence` the name of what was shown. */
  fault: string;
  /** What it hits: `edge@web-1`, `web-2`, `plain-3`. */
  target: string | null;
  intent: string | null;
  value: unknown;
}

/**
 * Marks of the run itself. `start` carries `{wallMs}`, the wall clock at monoNs 0, by which commit
 * times are laid beside the history; `workload` carries `{nodes}`, the web node behind each address that
 * attempts are sent to. `healed` is recorded when canaries pass on every link.
 */
export type PhaseName = 'start' | 'workload' | 'healing' | 'healed' | 'settled' | 'stopped' | 'end';

export interface PhaseEvent {
  index: number;
  monoNs: number;
  process: string;
  type: 'phase';
  phase: PhaseName;
  value: unknown;
}

export type HistoryEvent = OperationEvent | FaultEvent | PhaseEvent;

const OPERATION_TYPES: ReadonlySet<string> = new Set<OperationEventType>([
  'invoke',
  'ok',
  'refused',
  'fail',
  'info',
]);
const OPERATION_NAMES: ReadonlySet<string> = new Set<OperationName>([
  'purchase',
  'placeOrder',
  'outcome',
  'close',
  'readOrder',
  'listOrders',
  'prepare',
  'browse',
  'page',
]);
const FAULT_PHASES: ReadonlySet<string> = new Set<FaultPhase>([
  'inject',
  'hit',
  'heal',
  'missed',
  'evidence',
]);
const PHASES: ReadonlySet<string> = new Set<PhaseName>([
  'start',
  'workload',
  'healing',
  'healed',
  'settled',
  'stopped',
  'end',
]);

export function isOperation(event: HistoryEvent): event is OperationEvent {
  return event.type !== 'fault' && event.type !== 'phase';
}

/** The customer behind a process: one customer may act in several tabs. */
export function customerOf(process: string): string {
  return process.split('/', 1)[0] ?? process;
}

/** Takes one parsed line for an event, or throws a sentence that says what is wrong with it. */
export function toHistoryEvent(line: unknown): HistoryEvent {
  if (typeof line !== 'object' || line === null || Array.isArray(line))
    throw new Error('an event is an object');
  const event = line as Record<string, unknown>;
  requireInteger(event, 'index');
  requireInteger(event, 'monoNs');
  requireText(event, 'process');
  requireText(event, 'type');
  const type = event['type'] as string;
  if (type === 'fault') {
    requireOneOf(event, 'phase', FAULT_PHASES);
    requireText(event, 'fault');
    requireTextOrNull(event, 'target');
    requireTextOrNull(event, 'intent');
  } else if (type === 'phase') {
    requireOneOf(event, 'phase', PHASES);
  } else {
    requireOneOf(event, 'type', OPERATION_TYPES);
    requireOneOf(event, 'f', OPERATION_NAMES);
    for (const name of ['key', 'intent', 'to', 'payloadHash', 'errorClass']) requireTextOrNull(event, name);
    for (const name of ['attempt', 'invoke', 'call']) if (event[name] !== null) requireInteger(event, name);
    const faults = event['faults'];
    if (!Array.isArray(faults) || !faults.every((name) => typeof name === 'string')) {
      throw new Error('faults is a list of names');
    }
    if (event['response'] !== null) requireResponse(event['response']);
    if ((type === 'invoke') !== (event['invoke'] === null)) {
      throw new Error('a completion names its invoke, an invoke names none');
    }
  }
  return event as unknown as HistoryEvent;
}

function requireInteger(event: Record<string, unknown>, name: string): void {
  const value = event[name];
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new Error(`${name} is a whole number from 0 on`);
}

function requireText(event: Record<string, unknown>, name: string): void {
  if (typeof event[name] !== 'string' || event[name] === '') throw new Error(`${name} is a text`);
}

function requireTextOrNull(event: Record<string, unknown>, name: string): void {
  if (event[name] !== null) requireText(event, name);
}

function requireOneOf(event: Record<string, unknown>, name: string, words: ReadonlySet<string>): void {
  const value = event[name];
  if (typeof value !== 'string' || !words.has(value)) {
    throw new Error(`${name} is one of ${[...words].join(', ')}, not ${JSON.stringify(value)}`);
  }
}

function requireResponse(value: unknown): void {
  const response = value as Record<string, unknown> | undefined;
  if (
    typeof response !== 'object' ||
    !Number.isSafeInteger(response['httpStatus']) ||
    typeof response['bodyHash'] !== 'string' ||
    typeof response['replayed'] !== 'boolean'
  ) {
    throw new Error('response is {httpStatus, bodyHash, replayed} or null');
  }
}
