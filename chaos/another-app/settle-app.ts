import { setTimeout as sleep } from 'node:timers/promises';
import type { FinalState } from '../final-state.ts';
import { pairsOf } from '../history/attempts.ts';
import type { Performance } from '../run/driver.ts';
import { runLimitsOf } from '../run/limits.ts';
import { everyone } from '../run/workload.ts';
import { streamOf } from '../schedule/draw.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { StallMonitor } from '../topology/stall-monitor.ts';
import type { AppLinks } from './app-links.ts';
import { finalStateOf, newRows } from './app-values.ts';
import type { App, LedgerRows } from './app.ts';
import type { Party } from './party.ts';
import { readRows } from './read-rows.ts';

const CANARY_LIMIT_MS = 20_000;

/** What an app does by itself it does about once a second: two reads that far apart aren't equal by looking away. */
const READ_PAUSE_MS = 600;

/** Beyond the limit that the checker holds it to, so that the checker, not the harness, says it was too late. */
const PATIENCE_MS = 5_000;

interface Ended extends Performance {
  schedule: Schedule;
  app: App;
  links: AppLinks;
  party: Party;
  stalls: StallMonitor;
  /** What there was before the play. */
  before: LedgerRows;
}

/**
 * Heals everything, lets half of those who don't know ask again, waits until nothing moves, and reads. The
 * other half never comes back: what becomes of theirs is the app's affair alone. The app itself is left
 * running: it isn't ours.
 */
export async function healSettleAndReadApp(ended: Ended): Promise<FinalState> {
  const { app, history, nemesis, links, party, schedule, stalls, evidence } = ended;
  history.phase('healing');
  await nemesis.healAll();
  await links.canariesPass(CANARY_LIMIT_MS);
  history.phase('healed');
  const healedMs = performance.now();

  const retried = halfOfUnknown(ended);
  await everyone<unknown>([
    ...retried.map((intent) => party.customer(intent).buy()),
    party.playAfterHealing(),
  ]);

  const { rows, settledAfterMs, twoEqualReads } = await readAtRest(ended, healedMs);
  if (settledAfterMs !== null) history.phase('settled', { settledAfterMs, retried: retried.length });
  history.phase('end');
  return finalStateOf(rows, {
    app,
    intents: schedule.intents,
    evidence: evidence.counts,
    facts: {
      limits: { ...runLimitsOf(schedule.limits), settleMs: app.settleMs },
      settledAfterMs,
      harnessStallMs: stalls.longestMs,
      twoEqualReads,
    },
    readAtMs: Date.now(),
  });
}

/** Of those whose last call ended without a definite word. */
function halfOfUnknown({ schedule, history }: Pick<Ended, 'schedule' | 'history'>) {
  const last = new Map(pairsOf(history.events, 'purchase').map((pair) => [pair.invoke.intent, pair]));
  const unknown = schedule.intents.filter(({ nonce }) => last.get(nonce)?.completion?.type === 'info');
  return streamOf(schedule, 'half of the unknown')
    .shuffle(unknown)
    .slice(0, Math.ceil(unknown.length / 2));
}

interface Rest {
  rows: LedgerRows;
  /** Null if something still moved, or was pending, when patience was over. */
  settledAfterMs: number | null;
  twoEqualReads: boolean;
}

/** Reads until two reads in a row are equal and nothing is pending. */
async function readAtRest({ app, before, signal }: Ended, healedMs: number): Promise<Rest> {
  const read = async () => newRows(await readRows(app), before);
  const limitMs = app.settleMs + PATIENCE_MS;
  let last = await read();
  for (;;) {
    const settledAfterMs = Math.round(performance.now() - healedMs);
    await sleep(READ_PAUSE_MS, undefined, { signal });
    const rows = await read();
    const twoEqualReads = textOf(rows) === textOf(last);
    if (twoEqualReads && rows.effects.every(({ state }) => state !== 'pending'))
      return { rows, settledAfterMs, twoEqualReads };
    if (settledAfterMs > limitMs) return { rows, settledAfterMs: null, twoEqualReads };
    last = rows;
  }
}

/** The same for the same rows, in whatever order they come. */
function textOf({ effects, charges = [] }: LedgerRows): string {
  return JSON.stringify([effects, charges].map((rows) => rows.map((row) => JSON.stringify(row)).toSorted()));
}
