import { pairsOf } from '../history/attempts.ts';
import { streamOf } from '../schedule/draw.ts';
import type { PlannedIntent } from '../schedule/schedule.ts';
import { readFinalState, readUntilTwiceEqual } from '../final-read.ts';
import type { FinalState, RunFacts } from '../final-state.ts';
import type { StallMonitor } from '../topology/stall-monitor.ts';
import { finishDeployment } from '../topology/release.ts';
import { seenInTime, until } from '../topology/until.ts';
import { runLimitsOf, SETTLE_LIMIT_MS } from './limits.ts';
import type { Run } from './run.ts';
import { everyone, play } from './workload.ts';

const CANARY_LIMIT_MS = 20_000;
/** Beyond the limit that the checker holds it to, so that the checker, not the harness, says it was too late. */
const SETTLE_PATIENCE = 4 / 3;
/** The completer looks twice a second: two reads that far apart aren't equal by looking away. */
const EQUAL_READS = { pauseMs: 600, limitMs: 15_000 };
const BACKENDS_LIMIT_MS = 15_000;

/**
 * Heals everything, lets the shop come to rest, ends it, and reads what there is. The order is the
 * design's, and matters: a toxic that is left would hold what later arrives, a process that is left
 * would write between two reads, and half of the unknown must be left alone, or nothing would show that
 * the completer finishes what its client never comes back for.
 */
export async function healSettleAndRead(
  runs: readonly Run[],
  stalls: StallMonitor,
  settleLimitMs = SETTLE_LIMIT_MS,
): Promise<FinalState> {
  const [run] = runs;
  if (run === undefined) throw new Error('Bug: a final read of nothing');
  const { topology, history } = run;
  const { stack, watch } = topology;
  const isProtected = run.schedule.part === 'protected';

  // 1. The clients have stopped: the scenario's drive returned.
  history.phase('healing');
  // 2. Toxic by toxic.
  for (const { nemesis } of runs) await nemesis.healAll();
  // 3. Whatever is paused goes on, and what is between two releases is of one again.
  for (const process of [...stack.web, ...stack.workers, stack.sandbox, stack.postgres])
    await process.resume();
  await finishDeployment([...stack.web, ...stack.workers]);
  await topology.canariesPass(CANARY_LIMIT_MS);
  history.phase('healed');
  const healedMs = performance.now();

  let settledAfterMs: number | null;
  if (isProtected) {
    // 4. Half of the unknown is retried, half is left to the completer. Newcomers buy.
    const { retried, abandoned } = halvesOfUnknown(run);
    await everyone<unknown>([
      ...retried.map((intent) => run.shopper(intent).payAgain()),
      play(
        run,
        run.schedule.intents.filter(({ role }) => role === 'after-healing'),
      ),
    ]);
    // 5. Nothing is open at the provider, and all is settled.
    settledAfterMs = await untilSettled(run, healedMs, settleLimitMs * SETTLE_PATIENCE);
    const numbers = { settledAfterMs, retried: retried.length, abandoned: abandoned.length };
    if (settledAfterMs !== null) history.phase('settled', numbers);
    // Those who never came back may ask, and must be told the truth.
    await everyone(abandoned.map((intent) => run.shopper(intent).askOutcome()));
    // Their pages have the last word, while there is a shop to show them.
    await everyone(runs.flatMap(({ browsers }) => browsers).map((browser) => browser.lookBack()));
  } else {
    // Nobody finishes anything in the control: what is open stays open, and that's its point.
    await until(async () => (await watch.openWork()).atProvider === 0, {
      what: 'the provider to be done',
      limitMs: settleLimitMs * SETTLE_PATIENCE,
    });
    settledAfterMs = null;
  }

  // 6. Two equal reads.
  const sources = { adminUrl: stack.postgres.adminUrl, sandboxUrl: stack.sandbox.url };
  const twoEqualReads = await readUntilTwiceEqual(sources, EQUAL_READS);
  const harnessStallMs = stalls.longestMs;

  // 7. End those who write, and wait until their backends are gone.
  const nodes = [...stack.web, ...stack.workers];
  await Promise.all(nodes.map((node) => node.kill()));
  history.phase('stopped');
  await watch.backendsGone(
    nodes.map(({ name }) => name),
    BACKENDS_LIMIT_MS,
  );

  // 8. The log to its end, then one snapshot, then the ledger.
  await topology.commitLog.catchUp();
  const facts: RunFacts = {
    limits: { ...runLimitsOf(run.schedule.limits), settleMs: settleLimitMs },
    settledAfterMs,
    harnessStallMs,
    twoEqualReads,
  };
  const state = await readFinalState(sources, {
    commitLog: topology.commitLog.entries,
    intents: runs.flatMap(({ schedule }) => schedule.intents),
    evidence: run.evidence.counts,
    facts,
  });
  history.phase('end');
  return state;
}

/** Those whose last call ended without a definite word, drawn into two halves. */
function halvesOfUnknown(run: Run): { retried: PlannedIntent[]; abandoned: PlannedIntent[] } {
  const last = new Map(pairsOf(run.history.events, 'purchase').map((pair) => [pair.invoke.intent, pair]));
  const unknown = run.schedule.intents.filter(({ nonce }) => last.get(nonce)?.completion?.type === 'info');
  const drawn = streamOf(run.schedule, 'half of the unknown').shuffle(unknown);
  const half = Math.ceil(drawn.length / 2);
  return { retried: drawn.slice(0, half), abandoned: drawn.slice(half) };
}

async function untilSettled(run: Run, healedMs: number, limitMs: number): Promise<number | null> {
  const isRest = async () => Object.values(await run.topology.watch.openWork()).every((count) => count === 0);
  // That it never settled is a finding, not a failure of the harness.
  const isSettled = await seenInTime(isRest, {
    what: 'all to be settled',
    limitMs,
    pauseMs: 50,
    signal: run.signal,
  });
  return isSettled === null ? null : Math.round(performance.now() - healedMs);
}
