import { isSettled } from '../../core/index.ts';
import type { Ground } from './ground.ts';
import { violationsAtEnd } from './invariants.ts';
import type { World } from './world.ts';

/** The first completer may find a try that isn't due yet, the second a lease that the first one left. */
const ROUNDS = 4;

/**
 * The faults are over: time passes, completers run, and then nothing may be unsettled. If the key's window
 * is over too, its record is forgotten then.
 * @param run goes on until nothing can
 * @returns what is wrong
 */
export async function heal<Tx>(
  world: World<Tx>,
  ground: Ground<Tx>,
  options: { pass: (ms: number) => Promise<void>; run: () => Promise<void>; windowOver: boolean },
): Promise<string[]> {
  const { pass, run, windowOver } = options;
  for (let round = 0; round < ROUNDS; round++) {
    await pass(world.policy.leaseMs + world.policy.backoffCapMs);
    // Where a round of forgetting died halfway, another one goes on; what is unsettled may be out of sight until then.
    if (windowOver) {
      world.forget(1);
      await run();
    }
    world.heal();
    await run();
    const last = (await ground.changes()).at(-1)?.after;
    if (last === undefined || isSettled(last.state)) break;
  }
  if (windowOver) {
    world.forget(1);
    await run();
  }
  return violationsAtEnd(world, ground, windowOver);
}
