import { customerOf } from '../../history/event.ts';
import type { HistoryEvent } from '../../history/event.ts';
import { faultWindowsOf } from '../../history/fault-windows.ts';
import type { AttemptStory, OperationStory } from './operations.ts';
import { runTimeOf } from './run-time.ts';

/** How far an operation has come, in the order in which it comes there. */
export const OPERATION_PHASES = [
  'before arrival',
  'before claim',
  'claimed',
  'charging',
  'charged',
  'settled',
  'answering',
] as const;
export type OperationPhase = (typeof OPERATION_PHASES)[number];

/** How many operations a fault met in a phase. */
export interface GridCount {
  fault: string;
  /** What kind of thing it was done to: `edge`, `db`, `web`; `everything` without a target. */
  on: string;
  phase: OperationPhase;
  operations: number;
}

/** How the schedules name customers: by their client. */
const CUSTOMER = /^(plain|product|browser)-\d/;

/** An operation in a phase, for a time, on nodes. */
interface Stay {
  phase: OperationPhase;
  fromMs: number;
  toMs: number;
  /** The nodes that have it at that time; empty: nobody asks for it just then. */
  nodes: readonly string[];
}

/**
 * Which faults met operations in which phase: computed after the run, from when each attempt was sent,
 * arrived and was answered, when the database committed and the provider charged, and when each fault was
 * on. A fault meets an operation if it was meant for it, or lies on the way of an attempt that was under
 * way: the link or node that it was sent to, or something that all share. What hits a worker meets the
 * operations that no attempt was asking for, which are the completer's.
 */
export function faultPhaseGrid(
  history: readonly HistoryEvent[],
  operations: readonly OperationStory[],
): GridCount[] {
  const time = runTimeOf(history);
  const met = new Map<string, { count: GridCount; nonces: Set<string> }>();
  const lives = operations.map((operation) => {
    const stays = staysOf(operation, time.endMs);
    const fromMs = Math.min(...stays.map((stay) => stay.fromMs));
    return { operation, stays, fromMs, toMs: Math.max(...stays.map((stay) => stay.toMs)) };
  });
  for (const window of faultWindowsOf(history)) {
    const fromMs = time.ofMono(window.fromNs);
    const toMs = time.ofMono(window.toNs);
    const on = kindOfTarget(window.target);
    for (const { operation, stays, ...life } of lives) {
      // Of a soak's many operations few were there at that time.
      if (life.fromMs > toMs || life.toMs < fromMs) continue;
      for (const stay of stays) {
        if (stay.fromMs > toMs || stay.toMs < fromMs) continue;
        const isMeant = window.intent === operation.intent.nonce;
        if (!isMeant && !liesOnTheWay(window.target, stay, operation)) continue;
        const name = JSON.stringify([window.fault, on, stay.phase]);
        const cell = met.get(name) ?? {
          count: { fault: window.fault, on, phase: stay.phase, operations: 0 },
          nonces: new Set(),
        };
        met.set(name, cell);
        cell.nonces.add(operation.intent.nonce);
      }
    }
  }
  return [...met.values()].map(({ count, nonces }) => ({ ...count, operations: nonces.size }));
}

/** Several runs' grids as one. */
export function sumOfGrids(grids: readonly (readonly GridCount[])[]): GridCount[] {
  const sum = new Map<string, GridCount>();
  for (const count of grids.flat()) {
    const name = JSON.stringify([count.fault, count.on, count.phase]);
    const before = sum.get(name)?.operations ?? 0;
    sum.set(name, { ...count, operations: before + count.operations });
  }
  return [...sum.values()];
}

/** Where an operation was, when. Several at once, where several attempts were under way. */
function staysOf(operation: OperationStory, endMs: number): Stay[] {
  const { attempts, commits, provider, charges } = operation;
  const ends = (attempt: AttemptStory) => attempt.endMs ?? endMs;
  const stays: Stay[] = [];
  for (const attempt of attempts) {
    const nodes = nodesOf(attempt);
    const arrivedMs = attempt.arrivals.find(({ wholeMs }) => wholeMs !== null)?.wholeMs ?? null;
    stays.push({ phase: 'before arrival', fromMs: attempt.sentMs, toMs: arrivedMs ?? ends(attempt), nodes });
    for (const { answeredMs } of attempt.arrivals) {
      if (answeredMs !== null && answeredMs <= ends(attempt))
        stays.push({ phase: 'answering', fromMs: answeredMs, toMs: ends(attempt), nodes });
    }
  }

  const arrivedMs = least(
    attempts.flatMap(({ arrivals }) => arrivals.flatMap(({ wholeMs }) => wholeMs ?? [])),
  );
  if (arrivedMs === null) return stays;
  const lastEndMs = Math.max(arrivedMs, ...attempts.map(ends));
  const settledMs = least(
    commits.filter(({ kind }) => kind === 'paid' || kind === 'failed').map(({ atMs }) => atMs),
  );
  const claimedMs = least(commits.map(({ atMs }) => atMs));
  const chargingMs = least(
    provider.filter(({ path }) => path.endsWith('/confirm')).map(({ fromMs }) => fromMs),
  );
  const chargedMs = least(charges.filter(({ status }) => status === 'succeeded').map(({ atMs }) => atMs));

  // What comes next ends each; a phase that was passed over lasts no time, and one that nothing followed lasts on.
  const steps: [OperationPhase, number | null][] = [
    ['before claim', arrivedMs],
    ['claimed', claimedMs],
    ['charging', chargingMs],
    ['charged', chargedMs],
    ['settled', settledMs],
  ];
  for (const [index, [phase, fromMs]] of steps.entries()) {
    if (fromMs === null) continue;
    const nextMs = least(steps.slice(index + 1).flatMap(([, ms]) => ms ?? []));
    // Settled there is nothing to hit but the answers, until the last who asks is told.
    const toMs = nextMs ?? (phase === 'settled' || settledMs === null ? lastEndMs : settledMs);
    if (toMs >= fromMs) stays.push(...splitByAttempts({ phase, fromMs, toMs }, attempts, ends));
  }
  return stays;
}

/** A phase lasts while attempts come and go: in each piece it's known who asks. */
function splitByAttempts(
  { phase, fromMs, toMs }: Omit<Stay, 'nodes'>,
  attempts: readonly AttemptStory[],
  ends: (attempt: AttemptStory) => number,
): Stay[] {
  const cuts = attempts
    .flatMap((attempt) => [attempt.sentMs, ends(attempt)])
    .filter((ms) => ms > fromMs && ms < toMs)
    .toSorted((a, b) => a - b);
  const edges = [fromMs, ...cuts, toMs];
  return edges.slice(0, -1).map((edge, index) => {
    const next = edges[index + 1] ?? toMs;
    const asking = attempts.filter((attempt) => attempt.sentMs <= edge && ends(attempt) >= next);
    return { phase, fromMs: edge, toMs: next, nodes: [...new Set(asking.flatMap(nodesOf))] };
  });
}

/** Where it went, and where it came to. */
function nodesOf({ to, arrivals }: AttemptStory): string[] {
  return [...(to === null ? [] : [nodeOf(to)]), ...arrivals.map(({ node }) => node)];
}

function liesOnTheWay(target: string | null, { nodes }: Stay, { intent, attempts }: OperationStory): boolean {
  if (target === null) return true;
  const node = nodeOf(target);
  if (node.startsWith('worker')) return nodes.length === 0;
  if (node.startsWith('web')) return nodes.includes(node);
  const isCustomer = node === intent.customer || attempts.some(({ process }) => customerOf(process) === node);
  // A customer's fault is theirs alone; database, provider and whatever else has one name are everybody's.
  return isCustomer || !CUSTOMER.test(node);
}

function nodeOf(target: string): string {
  return target.slice(target.indexOf('@') + 1);
}

/** `db@web-1` is a `db`, `web-2` a `web`. */
function kindOfTarget(target: string | null): string {
  if (target === null) return 'everything';
  if (CUSTOMER.test(target)) return 'customer';
  const [what = target, node] = target.split('@');
  return node === undefined ? what.replace(/-\d+$/, '') : what;
}

function least(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : Math.min(...numbers);
}
