import { setImmediate } from 'node:timers/promises';
import type { Scheduler } from 'fast-check';
import type { Policy } from '../../core/index.ts';
import { MemoryGround, type Ground } from './ground.ts';
import { heal } from './healing.ts';
import { SampledTurns } from './sampled-turns.ts';
import type { Schedule } from './schedule.ts';
import { VirtualClock } from './virtual-clock.ts';
import { World, worldPolicy } from './world.ts';

const START_MS = Date.UTC(2026, 0, 1);
/** The window, a day of grace, and what was left of the key's day. */
const FORGOTTEN_AFTER_MS = worldPolicy.windowBackMs + 2 * 24 * 3_600_000;
/** Rounds of forgetting inside the window, half a lease apart: so many that there is something to spare. */
const EARLY_ROUNDS = 4;
/** No run comes near it: one that does is going in circles. */
const TURNS_MAX = 5_000;

/** What a schedule runs on. */
export interface Stage<Tx> {
  readonly clock: VirtualClock;
  readonly ground: Ground<Tx>;
  readonly policy: Policy;
  /** Resolves once nothing goes on without a turn, so that each choice is among all who could go on. */
  quiet(): Promise<void>;
  /** By default the world makes one now. */
  readonly key?: string;
  /** Lets time pass, for the processes and for the store. */
  pass(ms: number): Promise<void>;
  /** Lets a key's window and the grace pass, until its day is to be forgotten. */
  passWindow(): Promise<void>;
}

export function memoryStage(): Stage<Parameters<MemoryGround['effect']>[0]> {
  const clock = new VirtualClock(START_MS);
  return {
    clock,
    ground: new MemoryGround(clock),
    policy: worldPolicy,
    quiet: () => setImmediate(),
    pass: (ms) => {
      clock.pass(ms);
      return Promise.resolve();
    },
    passWindow: () => {
      clock.pass(FORGOTTEN_AFTER_MS);
      return Promise.resolve();
    },
  };
}

export interface RunResult {
  readonly wrong: readonly string[];
  /** How often each event of the engine, a lock timeout or a death happened. */
  readonly met: ReadonlyMap<string, number>;
}

/** Runs one schedule. */
export async function runSchedule<Tx>(
  scheduler: Scheduler,
  schedule: Schedule,
  stage: Stage<Tx>,
): Promise<RunResult> {
  const { clock, ground, policy } = stage;
  const turns = new SampledTurns(scheduler, schedule.faults);
  const { key } = stage;
  const world = new World({ plan: schedule.world, ground, clock, turns, policy, ...(key && { key }) });
  const passToNextWake = async () => {
    const [nextMs] = clock.wakesMs;
    if (nextMs === undefined) return false;
    await stage.pass(Math.max(0, nextMs - clock.nowMs));
    return true;
  };
  let windowOver = false;
  let count = 0;
  const run = async () => {
    for (; count < TURNS_MAX; count++) {
      await stage.quiet();
      if (!turns.healed)
        for (const { lease } of schedule.passes.filter(({ afterTurns }) => afterTurns === count))
          await (lease ? stage.pass(policy.leaseMs + 1) : passToNextWake());
      if (!turns.healed && schedule.forgetting?.afterTurns === count) {
        await stage.passWindow();
        windowOver = true;
        world.forget(schedule.forgetting.rounds);
      }
      await stage.quiet();
      if (scheduler.count() > 0) await scheduler.waitNext(1);
      else if (!(await passToNextWake())) return;
    }
    world.violations.push('It goes in circles');
  };
  world.start();
  // Inside the window there is nothing to forget.
  if (schedule.forgetting) world.forget(EARLY_ROUNDS);
  await run();
  turns.healed = true;
  const deaths = world.gone.length - world.ended.length;
  const wrong = await heal(world, ground, { pass: (ms) => stage.pass(ms), run, windowOver });
  return { wrong, met: new Map([...world.met, ...(deaths > 0 ? [['death', deaths] as const] : [])]) };
}
