import { setTimeout as delay } from 'node:timers/promises';
import type { Tx } from '../../database/database.ts';
import type { Operation, RemoteAttempt } from '../../idempotency/index.ts';
import { EngineAround } from '../around/engine-around.ts';
import { OperationAround } from '../around/operation-around.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

/** As a workflow engine's default has it: what takes longer has surely died. */
const STEP_LIMIT_MS = 1_000;

/**
 * Hazard 37: a step that takes longer than its limit is run again, beside itself, with nobody dead at all. The
 * second run is a try of its own, with a key of its own.
 *
 * Hidden by the checkout's one PaymentIntent, which can be charged only once.
 */
export const stepBesideItself: Sabotage = { engine: (options) => new Impatient(options) };

class Impatient extends EngineAround {
  protected override around(operation: Operation<Tx>): Operation<Tx> {
    return new ImpatientOperation(operation);
  }
}

class ImpatientOperation extends OperationAround {
  override remote<R>(step: string, call: (attempt: RemoteAttempt) => Promise<R>): Promise<R> {
    return super.remote(step, async (attempt) => {
      const first = call(attempt);
      const isOver = new AbortController();
      const answer = await Promise.race([
        first.then((value) => ({ value })),
        delay(STEP_LIMIT_MS, null, { signal: isOver.signal }).catch(() => null),
      ]).finally(() => {
        isOver.abort();
      });
      if (answer !== null) return answer.value;
      hit('step-beside-itself');
      // Its end is nobody's business any more.
      first.catch(() => undefined);
      return call({ ...attempt, key: `${attempt.key}:again` });
    });
  }
}
