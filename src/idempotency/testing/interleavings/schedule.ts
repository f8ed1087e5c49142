import fc from 'fast-check';
import type { FaultPlan } from './sampled-turns.ts';
import type { Granularity } from './simulated-process.ts';
import type { PurchaseKind } from './purchase.ts';
import type { CallerPlan, WorldPlan } from './world.ts';

/** Everything about one run but the order of turns. */
export interface Schedule {
  readonly world: WorldPlan;
  readonly faults: FaultPlan;
  /** After how many turns time passes: to the next wake-up, or past a lease. */
  readonly passes: readonly { readonly afterTurns: number; readonly lease: boolean }[];
  /** After how many turns the key's window and the grace are over, and how often is forgotten then. */
  readonly forgetting: { readonly afterTurns: number; readonly rounds: number } | null;
}

const NODES = 3;
const TURNS = 60;

/** A fault at one turn in eight: more, and hardly anything ever succeeds. */
const fault = fc.oneof({ weight: 7, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(4) });

const caller: fc.Arbitrary<CallerPlan> = fc.record({
  payload: fc.oneof({ weight: 5, arbitrary: fc.constant('a') }, { weight: 1, arbitrary: fc.constant('b') }),
  retries: fc.nat(2),
  node: fc.nat(NODES),
});

export function schedules(options: { granularity: Granularity; callers: number }): fc.Arbitrary<Schedule> {
  return fc.record({
    world: fc.record({
      kind: fc.constantFrom<PurchaseKind>('local', 'charged', 'charged', 'shipped', 'undone'),
      callers: fc.array(caller, { minLength: 2, maxLength: options.callers }),
      completerRounds: fc.nat(3),
      declines: fc.oneof(
        { weight: 4, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
      closes: fc.oneof(
        { weight: 6, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
      granularity: fc.constant(options.granularity),
    }),
    faults: fc.record({
      crashes: fc.array(fc.record({ process: fc.nat(5), turn: fc.integer({ min: 1, max: 30 }) }), {
        maxLength: 3,
      }),
      // Long as a rule: by default fast-check prefers short arrays, and then little goes wrong late.
      faults: fc.array(fault, { maxLength: 40, size: 'max' }),
    }),
    passes: fc.array(fc.record({ afterTurns: fc.nat(TURNS), lease: fc.boolean() }), { maxLength: 8 }),
    forgetting: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      {
        weight: 1,
        arbitrary: fc.record({ afterTurns: fc.nat(TURNS), rounds: fc.integer({ min: 1, max: 3 }) }),
      },
    ),
  });
}
