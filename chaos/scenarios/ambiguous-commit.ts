import type { PayEnd } from '../clients/shopper.ts';
import { answerLost, cut } from '../faults/index.ts';
import type { ExactPoint, HeldCommit, PointName } from '../points/exact-points.ts';
import type { HitPlan, PlannedIntent } from '../run/schedule.ts';
import type { Run } from '../run/run.ts';
import { play } from '../run/workload.ts';
import type { Hit } from '../run/workload.ts';
import { WaitedInVain } from '../topology/until.ts';
import type { ShopScenario } from './scenario.ts';

/** What a COMMIT whose answer is missing has come to. The node sees the same error in all three. */
type Fate =
  /** Committed, and the word of it lost. */
  | 'lost'
  /** Never happened. */
  | 'aborted'
  /** Committed after the node had begun to ask what became of it: a look that doesn't queue comes too early. */
  | 'late';

const FATES: readonly Fate[] = ['lost', 'aborted', 'late'];
const POINTS: readonly PointName[] = ['claim', 'settle'];

const HELD_LIMIT_MS = 10_000;
const COMMIT_LIMIT_MS = 10_000;
const BACKEND_LIMIT_MS = 5_000;
/** The node notices the cut at once and begins anew; in the control it's the customer who comes again. */
const NEXT_STATEMENT_LIMIT_MS = 8_000;

/** Each client has a node: a cut ends every connection of it, and the other's points are none of its business. */
const NODE = { plain: 1, product: 2 } as const;

const plans = (role: HitPlan['role'], fates: readonly Fate[], points: readonly PointName[]): HitPlan[] =>
  fates.flatMap((fate) =>
    points.map((point) => ({
      name: `${fate}-${point}`,
      ownProduct: true,
      node: NODE,
      ...(role && { role }),
    })),
  );

/** COMMIT is sent and no answer comes: it happened, or never will, or is about to. */
export const ambiguousCommit: ShopScenario = {
  name: 'ambiguous-commit',
  title: 'a COMMIT gets no answer: it happened, it never did, or it happens while the shop is asking',
  topology: { webNodes: 2, workers: 1 },
  hits: [...plans('buy', FATES, POINTS), ...plans('give-up', ['lost'], POINTS)],
  exercises: [
    'definite-failures-leave-nothing',
    'refusals-have-a-cause',
    'one-payload-per-key',
    'same-key-same-bytes',
    'orders-are-private',
  ],
  requiredEvidence: FATES.flatMap((fate) => POINTS.map((point) => `${fate}-${point}-commit`)),
  control: true,

  async drive(run) {
    const points = new Map<string, ExactPoint>();
    for (const { nonce, email, hit } of run.rounds.flat()) {
      points.set(nonce, await run.topology.points.arm(planOf(hit).point, email));
    }
    await play(run, run.workload, holdCommit(run, points));
  },
};

function planOf(hit: string | null): { fate: Fate; point: PointName } {
  const [fate, point] = hit?.split('-') ?? [];
  const found = { fate: FATES.find((each) => each === fate), point: POINTS.find((each) => each === point) };
  if (found.fate === undefined || found.point === undefined) throw new Error(`no such hit: ${hit}`);
  return { fate: found.fate, point: found.point };
}

function holdCommit(run: Run, points: ReadonlyMap<string, ExactPoint>): Hit {
  return async (intent, pay) => {
    const point = points.get(intent.nonce);
    if (point === undefined) throw new Error(`nothing is armed for ${intent.nonce}`);
    let paying: Promise<PayEnd> | undefined;
    await run.topology.nemesis.alone(`db@web-${intent.homeNode}`, async () => {
      paying = pay();
      paying.catch(() => undefined);
      try {
        const held = await point.held(HELD_LIMIT_MS);
        await decide(run, intent, point, held);
      } finally {
        // Whatever went wrong, nobody may be held for ever.
        await point.release();
      }
    });
    return paying ?? pay();
  };
}

async function decide(run: Run, intent: PlannedIntent, point: ExactPoint, held: HeldCommit): Promise<void> {
  const { fate } = planOf(intent.hit);
  // Somebody else's COMMIT: the worker's, say, where the node was too slow. Held in vain, and released.
  if (held.node !== `web-${intent.homeNode}`) return;
  switch (fate) {
    case 'lost':
      return lose(run, intent, point, held);
    case 'aborted':
      return abort(run, intent, point, held);
    case 'late':
      return delay(run, intent, point, held);
    default:
      return fate satisfies never;
  }
}

/** Cut on the way back, then released: the log has the commit, the node has an error. */
async function lose(run: Run, intent: PlannedIntent, point: ExactPoint, held: HeldCommit): Promise<void> {
  const injected = await run.topology.nemesis.inject(answerLost(), `db@${held.node}`, intent.nonce);
  try {
    await point.release();
    const commit = await run.topology.commitLog.awaitCommit(held.xid, COMMIT_LIMIT_MS);
    // The backend ends because its connection did: the answer had nowhere to go.
    await run.topology.points.backendEnds(held, BACKEND_LIMIT_MS);
    see(run, intent, held, { commitMs: commit.commitMs });
  } finally {
    await injected.heal();
  }
}

/** Cut on the way back, then terminated: the node has the same error, and the log has nothing. */
async function abort(run: Run, intent: PlannedIntent, point: ExactPoint, held: HeldCommit): Promise<void> {
  const injected = await run.topology.nemesis.inject(answerLost(), `db@${held.node}`, intent.nonce);
  try {
    await point.abort(held);
  } finally {
    await injected.heal();
  }
  await run.topology.commitLog.catchUp();
  if (run.topology.commitLog.commitOf(held.xid) === null) see(run, intent, held, { commitMs: null });
}

/** Cut, and released only when somebody queues behind it to learn what became of it. */
async function delay(run: Run, intent: PlannedIntent, point: ExactPoint, held: HeldCommit): Promise<void> {
  const injected = await run.topology.nemesis.inject(cut(), `db@${held.node}`, intent.nonce);
  await injected.heal();
  try {
    const next = await point.nextStatement(held, NEXT_STATEMENT_LIMIT_MS);
    await point.release();
    const commit = await run.topology.commitLog.awaitCommit(held.xid, COMMIT_LIMIT_MS);
    see(run, intent, held, {
      commitMs: commit.commitMs,
      waited: { node: next.node, query: firstWords(next.query) },
    });
  } catch (error) {
    // Nobody asked. The scenario then lacks this evidence, and says so.
    if (!(error instanceof WaitedInVain)) throw error;
  }
}

function see(run: Run, intent: PlannedIntent, { xid, node }: HeldCommit, value: object): void {
  run.evidence.seen(`${intent.hit}-commit`, {
    target: `db@${node}`,
    intent: intent.nonce,
    value: { xid, ...value },
  });
}

function firstWords(query: string): string {
  return query.trim().replaceAll(/\s+/g, ' ').slice(0, 60);
}
