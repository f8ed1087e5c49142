import { setImmediate } from 'node:timers/promises';
import type { Scheduler } from 'fast-check';
import { MemoryGround } from './ground.ts';
import { heal } from './healing.ts';
import { SampledTurns } from './sampled-turns.ts';
import type { Schedule } from './schedule.ts';
import { VirtualClock } from './virtual-clock.ts';
import { World, worldPolicy } from './world.ts';

const START_MS = Date.UTC(2026, 0, 1);
/** No run comes near it: one that does is going in circles. */
const TURNS_MAX = 5_000;

/**
 * Runs one schedule against the memory store.
 * @returns what is wrong
 */
export async function runSchedule(scheduler: Scheduler, schedule: Schedule): Promise<string[]> {
  const clock = new VirtualClock(START_MS);
  const ground = new MemoryGround(clock);
  const turns = new SampledTurns(scheduler, schedule.faults);
  const world = new World({ plan: schedule.world, ground, clock, turns });
  let count = 0;
  const run = async () => {
    for (; count < TURNS_MAX; count++) {
      // All that needs no turn happens first, so that each choice is among all who could go on.
      await setImmediate();
      if (!turns.healed)
        for (const { lease } of schedule.passes.filter(({ afterTurns }) => afterTurns === count))
          if (lease) clock.pass(worldPolicy.leaseMs + 1);
          else clock.passToNextWake();
      await setImmediate();
      if (scheduler.count() > 0) await scheduler.waitNext(1);
      else if (!clock.passToNextWake()) return;
    }
    world.violations.push('It goes in circles');
  };
  world.start();
  await run();
  turns.healed = true;
  return heal(world, ground, {
    pass: (ms) => {
      clock.pass(ms);
      return Promise.resolve();
    },
    run,
  });
}
