import { isSettled, type IdempotencyRecord } from '../../core/index.ts';
import type { Ground } from './ground.ts';
import { violationsAtEnd } from './invariants.ts';
import type { World } from './world.ts';

/** The first completer may find a try that isn't due yet, the second a lease that the first one left. */
const ROUNDS = 4;

/**
 * The faults are over: time passes, completers run, and then nothing may be unsettled.
 * @param run goes on until nothing can
 * @returns what is wrong
 */
export async function heal<Tx>(
  world: World<Tx>,
  ground: Ground<Tx>,
  options: { pass: (ms: number) => Promise<void>; run: () => Promise<void> },
): Promise<string[]> {
  let record: IdempotencyRecord | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    await options.pass(world.policy.leaseMs + world.policy.backoffCapMs);
    world.heal();
    await options.run();
    ({ record } = await ground.store.read({ key: world.key, scope: 'customer', procedure: 'purchase' }));
    if (record === null || isSettled(record.state)) break;
  }
  return violationsAtEnd(world, ground, record);
}
