import { IntentIndex } from '../../checkers/intent-index.ts';
import type { FinalState, Intent } from '../../final-state.ts';
import { pairsOf } from '../../history/attempts.ts';
import type { Pair } from '../../history/attempts.ts';
import type { HistoryEvent, OperationEventType } from '../../history/event.ts';
import type { Observations } from '../../observations.ts';
import { commitsByIntent } from './commits.ts';
import type { CommitMark } from './commits.ts';
import { matchArrivals } from './match-arrivals.ts';
import { runTimeOf } from './run-time.ts';
import type { RunTime } from './run-time.ts';

/** All that is known of one purchase, on one clock (see `RunTime`), from every witness. */
export interface OperationStory {
  intent: Intent;
  /** Presses of Pay: whole calls as their callers saw them. */
  calls: CallStory[];
  /** In the order in which they were sent. */
  attempts: AttemptStory[];
  commits: CommitMark[];
  provider: ProviderMark[];
  charges: ChargeMark[];
}

export interface CallStory {
  index: number;
  process: string;
  fromMs: number;
  /** Null if its end is not in the history. */
  toMs: number | null;
  end: OperationEventType | null;
}

export interface AttemptStory {
  /** Of its invoke in the history. */
  index: number;
  process: string;
  key: string | null;
  number: number | null;
  /** The link that it was sent to, or its address, if no link of that port is known. */
  to: string | null;
  sentMs: number;
  endMs: number | null;
  end: Exclude<OperationEventType, 'invoke'> | null;
  errorClass: string | null;
  httpStatus: number | null;
  replayed: boolean;
  arrivals: ArrivalMark[];
  answer: AnswerFate;
}

/** One request at a node; a browser may send two for one attempt. */
export interface ArrivalMark {
  node: string;
  headMs: number;
  wholeMs: number | null;
  answeredMs: number | null;
}

/** Where an attempt's answer came to, the first place of which there is a witness that it wasn't passed. */
export type AnswerFate =
  | 'delivered'
  /** The request never reached a node whole: there was no answer to lose. */
  | 'died before arrival'
  /** The node had it, and had not begun to answer when the client gave up. */
  | 'died in the node'
  /** The node answered, and the client holds no complete body. */
  | 'died on the way back'
  /** Nobody wrote down what arrived, or not all of it. */
  | 'not known';

/** One request that the provider got. */
export interface ProviderMark {
  fromMs: number;
  /** Null if it never came to its end. */
  toMs: number | null;
  method: string;
  path: string;
  status: number | null;
  answered: boolean;
}

export interface ChargeMark {
  atMs: number;
  id: string;
  status: 'succeeded' | 'failed';
  amount: number;
}

export interface PlayData {
  history: readonly HistoryEvent[];
  /** Null if it never came to a final read. */
  state: FinalState | null;
  /** Null if they were not saved. */
  observations: Observations | null;
}

/** Every purchase that sent something, in the order in which they began. */
export function operationsOf({ history, state, observations }: PlayData): OperationStory[] {
  const time = runTimeOf(history);
  const intents = state?.intents ?? intentsSeen(history);
  const attempts = pairsOf(history, 'placeOrder');
  const arrivals = observations === null ? null : matchArrivals(attempts, observations.arrivals);
  const links = new Map(observations?.links.map(({ name, listenPort }) => [`:${listenPort}`, name]));
  const linkOf = (to: string | null) =>
    to === null ? null : (links.get(to.slice(to.lastIndexOf(':'))) ?? to);
  const attemptsOf = Map.groupBy(attempts, ({ invoke }) => invoke.intent);
  const callsOf = Map.groupBy(pairsOf(history, 'purchase'), ({ invoke }) => invoke.intent);
  const commits = state === null ? new Map<string, CommitMark[]>() : commitsByIntent(state, attempts, time);
  const provider = state === null ? null : providerByIntent(state, time);

  const stories = intents.map((intent): OperationStory => ({
    intent,
    calls: (callsOf.get(intent.nonce) ?? []).map((pair) => callStory(pair, time)),
    attempts: (attemptsOf.get(intent.nonce) ?? []).map((pair) => {
      const marks = (arrivals?.get(pair.invoke.index) ?? []).map((arrival) => ({
        node: arrival.node,
        headMs: time.ofMono(arrival.headNs),
        wholeMs: msOrNull(arrival.wholeNs, time),
        answeredMs: msOrNull(arrival.answeredNs, time),
      }));
      // Where requests may be missing from the list, one that isn't in it proves nothing.
      const isKnown = marks.length > 0 || observations?.arrivalsAreComplete === true;
      return attemptStory(pair, { time, to: linkOf(pair.invoke.to), arrivals: marks, isKnown });
    }),
    commits: commits.get(intent.nonce) ?? [],
    provider: provider?.requests.get(intent.nonce) ?? [],
    charges: provider?.charges.get(intent.nonce) ?? [],
  }));
  const begun = stories.filter(({ attempts: sent, calls }) => sent.length > 0 || calls.length > 0);
  return begun.toSorted((a, b) => beginMs(a) - beginMs(b));
}

export function beginMs({ calls, attempts }: OperationStory): number {
  return Math.min(...calls.map(({ fromMs }) => fromMs), ...attempts.map(({ sentMs }) => sentMs));
}

/** Without a final read the history alone tells who meant to buy. */
function intentsSeen(history: readonly HistoryEvent[]): Intent[] {
  const seen = new Map<string, Intent>();
  for (const { invoke } of pairsOf(history, 'purchase')) {
    const ask = invoke.value as { email?: string; paymentMethod?: string } | null;
    if (invoke.intent === null || seen.has(invoke.intent)) continue;
    seen.set(invoke.intent, {
      nonce: invoke.intent,
      customer: invoke.process,
      client: invoke.process.startsWith('product') ? 'product' : 'plain',
      planted: [],
      email: ask?.email ?? '',
      paymentMethod: ask?.paymentMethod ?? '',
    });
  }
  return [...seen.values()];
}

function callStory({ invoke, completion }: Pair, time: RunTime): CallStory {
  return {
    index: invoke.index,
    process: invoke.process,
    fromMs: time.ofMono(invoke.monoNs),
    toMs: completion === null ? null : time.ofMono(completion.monoNs),
    end: completion?.type ?? null,
  };
}

function attemptStory(
  { invoke, completion }: Pair,
  {
    time,
    to,
    arrivals,
    isKnown,
  }: { time: RunTime; to: string | null; arrivals: ArrivalMark[]; isKnown: boolean },
): AttemptStory {
  const endMs = completion === null ? null : time.ofMono(completion.monoNs);
  const isDelivered = completion !== null && completion.response !== null;
  return {
    index: invoke.index,
    process: invoke.process,
    key: invoke.key,
    number: invoke.attempt,
    to,
    sentMs: time.ofMono(invoke.monoNs),
    endMs,
    end: completion === null || completion.type === 'invoke' ? null : completion.type,
    errorClass: completion?.errorClass ?? null,
    httpStatus: completion?.response?.httpStatus ?? null,
    replayed: completion?.response?.replayed ?? false,
    arrivals,
    answer: isDelivered ? 'delivered' : isKnown ? fateOf(arrivals, endMs) : 'not known',
  };
}

function fateOf(arrivals: readonly ArrivalMark[], endMs: number | null): AnswerFate {
  const inTime = (ms: number | null) => ms !== null && (endMs === null || ms <= endMs);
  if (arrivals.some(({ answeredMs }) => inTime(answeredMs))) return 'died on the way back';
  return arrivals.some(({ wholeMs }) => inTime(wholeMs)) ? 'died in the node' : 'died before arrival';
}

function providerByIntent(state: FinalState, time: RunTime) {
  const index = new IntentIndex(state.intents);
  const charges = new Map<string, ChargeMark[]>();
  const nonceOfPayment = new Map<string, string>();
  for (const charge of state.ledger.charges) {
    const nonce = index.ofPaymentMethod(charge.paymentMethod)?.nonce;
    if (nonce === undefined) continue;
    nonceOfPayment.set(charge.paymentIntent, nonce);
    const { id, status, amount } = charge;
    push(charges, nonce, { atMs: time.ofWall(charge.createdMs), id, status, amount });
  }
  const requests = new Map<string, ProviderMark[]>();
  for (const request of state.requests) {
    const { method, path, status, answered } = request;
    const payment = path.split('/').find((part) => part.startsWith('pi_'));
    const nonce =
      index.ofPaymentMethod(request.paymentMethod ?? '')?.nonce ?? nonceOfPayment.get(payment ?? '');
    if (nonce === undefined) continue;
    const toMs = request.finishedAtMs === null ? null : time.ofWall(request.finishedAtMs);
    push(requests, nonce, { fromMs: time.ofWall(request.atMs), toMs, method, path, status, answered });
  }
  return { charges, requests };
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function msOrNull(ns: number | null, time: RunTime): number | null {
  return ns === null ? null : time.ofMono(ns);
}
