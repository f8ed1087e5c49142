import type { CommitLog } from '../commit-log/commit-log.ts';
import type { CommitLogEntry, Intent } from '../final-state.ts';

/** The change that made an intent's order paid; null if none did so far. */
export function commitOfPaidOrder(log: CommitLog, intent: Pick<Intent, 'email'>): CommitLogEntry | null {
  return log.find(
    ({ table, new: row }) =>
      table === 'orders' && row?.['email'] === intent.email && row['status'] === 'paid',
  );
}
