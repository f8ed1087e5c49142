import type { Logger } from 'pino';
import type { Tx } from '../database/database.ts';
import type { Engine, RecordId } from '../idempotency/index.ts';
import { limits } from '../limits.ts';
import type { Resumables } from '../shop/resumables.ts';

/**
 * Looks once for operations whose holder died and finishes them, through the same takeover and the same
 * resume as a retry. Several workers may do so at once: the takeover lets one of them have each.
 * @returns how many it settled
 */
export async function completeAbandoned(engine: Engine<Tx>, known: Resumables, log: Logger): Promise<number> {
  const due = await engine.abandoned(limits.completer.batchSize);
  const settled = await Promise.all(due.map((id) => completeOne(engine, known, id, log)));
  return settled.filter(Boolean).length;
}

/** One poisonous operation must stop no other, so its failure ends here; its next try is timed by its record. */
async function completeOne(
  engine: Engine<Tx>,
  known: Resumables,
  id: RecordId,
  log: Logger,
): Promise<boolean> {
  const resumable = known[id.procedure];
  if (resumable === undefined) {
    log.error({ procedure: id.procedure }, 'no way to finish operations of this procedure');
    return false;
  }
  try {
    const settled = await engine.complete(id, {
      policy: resumable.policy,
      resume: (operation, input) => resumable.resume(operation, id.scope, input),
    });
    return settled !== null;
  } catch (error) {
    log.warn(
      { procedure: id.procedure, error: error instanceof Error ? error.message : String(error) },
      'not finished yet',
    );
    return false;
  }
}
