import type { OpenOperation, OperationPhase } from '../../topology/open-operation.ts';
import type { Sight } from './sight.ts';

/** A fault of that name met an operation that had come exactly so far. */
export function hitIn(fault: string, phase: OperationPhase): Sight {
  const name = `${fault}-when-${phase}`;
  return {
    name,
    look({ history, evidence }) {
      for (const event of history.events) {
        if (event.type !== 'fault' || event.phase !== 'hit' || event.fault !== fault) continue;
        const { id, operations } = event.value as { id: string; operations: OpenOperation[] };
        for (const { intent, phase: at } of operations)
          if (at === phase) evidence.seen(name, { target: event.target, intent, value: { id } });
      }
    },
  };
}
