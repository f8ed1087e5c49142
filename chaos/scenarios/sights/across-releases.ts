import type { CommitLogEntry } from '../../final-state.ts';
import type { OperationEvent } from '../../history/event.ts';
import { isInNextForm } from '../../history/releases.ts';
import type { PlannedIntent } from '../../schedule/schedule.ts';
import type { Run } from '../../run/run.ts';
import type { Sight } from './sight.ts';

/** What two releases of the shop side by side make of each other's work. */

/** In this time a worker that runs has looked twice for what is due. */
const LOOKED_TWICE_MS = 1_000;

/** An order that the first release settled and has never told anybody of is told by the next, in the next's form. */
export const oldAnswerGivenByNext: Sight = {
  name: 'old-answer-given-by-next',
  look(run) {
    for (const intent of run.schedule.intents) {
      const told = attemptsOf(run, intent).find(({ type, value }) => type === 'ok' && isInNextForm(value));
      const settled = settlingOf(recordOf(run, intent));
      const outcome = settled?.new?.['outcome'] ?? null;
      if (told?.response?.replayed !== true || outcome === null || isInNextForm(JSON.parse(outcome)))
        continue;
      const value = { commitLsn: settled?.lsn, completion: told.index };
      run.evidence.seen('old-answer-given-by-next', { intent: intent.nonce, value });
    }
  },
};

/** A node of the first release met what the next had settled, sent its client on, and somebody gave the answer. */
export const newerRecordLeftAlone: Sight = {
  name: 'newer-record-left-alone',
  look(run) {
    for (const intent of run.schedule.intents) {
      const attempts = attemptsOf(run, intent);
      const sentOn = attempts.find(({ errorClass }) => errorClass === 'OPERATION_OF_NEWER_VERSION');
      const told = attempts.find(({ type, index }) => type === 'ok' && index > (sentOn?.index ?? Infinity));
      if (sentOn === undefined || told === undefined) continue;
      const value = { sentOn: sentOn.index, completion: told.index };
      run.evidence.seen('newer-record-left-alone', { intent: intent.nonce, value });
    }
  },
};

/** Work that the first release left behind was rewritten to the next's version, and settled. */
export const oldWorkFinishedByNext: Sight = {
  name: 'old-work-finished-by-next',
  look(run) {
    for (const intent of run.schedule.intents) {
      const rows = recordOf(run, intent);
      const [first] = rows;
      const settled = settlingOf(rows);
      if (first === undefined || settled === undefined) continue;
      const upgraded = rows.find((row) => versionOf(row) > versionOf(first));
      if (upgraded === undefined) continue;
      const value = { upgradeLsn: upgraded.lsn, settledLsn: settled.lsn };
      run.evidence.seen('old-work-finished-by-next', { intent: intent.nonce, value });
    }
  },
};

/**
 * Work that the next release left behind while the workers were of the first: it was due, they had looked,
 * nobody touched it, and in the end it was taken over and settled.
 */
export const newWorkWaitedForNext: Sight = {
  name: 'new-work-waited-for-next',
  look(run) {
    const { schedule, evidence } = run;
    const begun = schedule.intents.map((intent) => recordOf(run, intent));
    const newest = Math.max(...begun.flatMap(([first]) => (first === undefined ? [] : versionOf(first))));
    for (const intent of schedule.intents) {
      const rows = recordOf(run, intent);
      const takenAt = rows.findIndex((row) => Number(row.new?.['fence']) > 1);
      const [first, left, taken] = [rows[0], rows[takenAt - 1], rows[takenAt]];
      if (first === undefined || left === undefined || taken === undefined) continue;
      const waitedMs = taken.commitMs - timeOf(left.new?.['next_try_at']);
      if (versionOf(first) < newest || waitedMs < LOOKED_TWICE_MS || settlingOf(rows) === undefined) continue;
      const value = { begunLsn: first.lsn, takenOverLsn: taken.lsn, waitedMs: Math.round(waitedMs) };
      evidence.seen('new-work-waited-for-next', { intent: intent.nonce, value });
    }
  },
};

function attemptsOf({ topology }: Run, { nonce }: PlannedIntent): OperationEvent[] {
  return topology.watch.attempts(nonce).flatMap(({ completion }) => completion ?? []);
}

/** What became of the record of an intent's first key, commit by commit. */
function recordOf({ topology }: Run, { nonce }: PlannedIntent): CommitLogEntry[] {
  const key = topology.watch.attempts(nonce)[0]?.invoke.key?.toLowerCase();
  return topology.commitLog.entries.filter(
    ({ table, new: row }) => table.startsWith('idempotency_record_') && row !== null && row['key'] === key,
  );
}

function settlingOf(rows: readonly CommitLogEntry[]): CommitLogEntry | undefined {
  return rows.findLast((row) => row.new?.['state'] === 'succeeded');
}

function versionOf({ new: row }: CommitLogEntry): number {
  return Number(row?.['policy_version']);
}

/** As the log prints a time: `2026-11-22 23:00:00.123+00`. */
function timeOf(text: string | null | undefined): number {
  return Date.parse(`${text?.replace(' ', 'T')}:00`);
}
