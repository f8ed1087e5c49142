import type { FinalState } from '../final-state.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { ControlReport } from '../report/report.ts';
import type { PlannedIntent, Schedule } from '../schedule/schedule.ts';
import { tallyOf } from '../tally.ts';
import { Observer } from '../topology/observer.ts';

/** The intent guard. With it a checkout has one living order, whoever asks for another. */
const GUARD = 'order_one_live_per_checkout';

/**
 * Takes the last layer of protection off: the guard's index, in the control's own database. The others
 * the mutant `unprotected` hasn't: its engine passes through, and its provider keys are random.
 */
export async function dropGuard(adminUrl: string): Promise<void> {
  await using observer = await Observer.connect({ adminUrl, name: 'control' });
  // Not IF EXISTS: a guard of another name would stand, and the control would prove nothing.
  await observer.run(`DROP INDEX ${GUARD}`);
}

/**
 * What the control showed. Duplicates count only on operations that the fault hit; without the fault all
 * count.
 */
export function controlReport(
  history: readonly HistoryEvent[],
  state: FinalState,
  { calm, stormy }: { calm: Schedule; stormy: Schedule },
): ControlReport {
  const of = (intents: readonly PlannedIntent[]) => tallyOf(history, { ...state, intents: [...intents] });
  return {
    operations: of([...calm.intents, ...stormy.intents]).operations,
    duplicates: of(stormy.intents.filter(({ hit }) => hit !== null)).duplicates,
    duplicatesWithoutFault: of(calm.intents).duplicates,
  };
}
