import type { Violation } from '../report/report.ts';
import type { Fault } from './fault.ts';
import { judge } from './judge.ts';
import { USUAL_LIMITS } from './limits.ts';
import type { SimulatedLimits } from './limits.ts';
import type { Plan, PlannedCustomer } from './plan.ts';
import type { Sabotage } from './sabotage/sabotage.ts';
import { simulate } from './simulation.ts';
import type { Simulated } from './simulation.ts';

/** What must stay: the same checker finds the same kind. */
export type Finding = Pick<Violation, 'checker' | 'kind'>;

export interface Shrunk {
  readonly plan: Plan;
  readonly run: Simulated;
  readonly violation: Violation;
  /** Runs that it took. */
  readonly runs: number;
}

/** The plan of a run with its faults written down: it needs no dice any more, and gives the same run. */
export function writtenDown({ plan, faults }: Simulated): Plan {
  return { ...plan, faults: [...faults] };
}

/** A smaller plan, or nothing, where it can't be made smaller that way. */
type Reduction = (plan: Plan) => Iterable<Plan>;

/**
 * Makes a failing plan smaller as long as the same checker finds the same kind in it. A run is a function
 * of its plan, so a reduction that showed the violation once shows it always.
 *
 * @param runsMax after so many runs it stops where it is
 */
export async function shrink(
  failing: Simulated,
  finding: Finding,
  options: { runsMax: number; sabotage?: Sabotage; signal?: AbortSignal },
): Promise<Shrunk> {
  const { runsMax, sabotage, signal } = options;
  let runs = 0;
  const tried = async (plan: Plan): Promise<Shrunk | null> => {
    runs += 1;
    const run = await simulate(plan, sabotage);
    const violation = judge(run).violations.find(
      ({ checker, kind }) => checker === finding.checker && kind === finding.kind,
    );
    return violation === undefined ? null : { plan, run, violation, runs };
  };

  let smallest = await tried(writtenDown(failing));
  if (smallest === null) throw new Error('Bug: a plan that is written down gives another run');
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const reduction of REDUCTIONS) {
      // A reduction that helped may help again, on what it left.
      for (let helped = true; helped;) {
        helped = false;
        for (const plan of reduction(smallest.plan)) {
          if (runs >= runsMax || signal?.aborted === true) return { ...smallest, runs };
          const smaller = await tried(plan);
          if (smaller === null) continue;
          smallest = smaller;
          helped = true;
          isSmaller = true;
          break;
        }
      }
    }
  }
  return { ...smallest, runs };
}

/** Half of them, a quarter, … down to each alone: what may go at once goes at once. */
function* withoutSome<T>(items: readonly T[]): Generator<T[]> {
  for (let size = items.length; size >= 1; size = Math.floor(size / 2))
    for (let from = 0; from < items.length; from += size)
      yield items.filter((_, index) => index < from || index >= from + size);
}

function faultsOf(plan: Plan): readonly Fault[] {
  if ('chance' in plan.faults) throw new Error('Bug: a plan with dice is written down before it is reduced');
  return plan.faults;
}

function* eachCustomer(
  plan: Plan,
  change: (customer: PlannedCustomer) => Iterable<PlannedCustomer>,
): Generator<Plan> {
  for (const [index, customer] of plan.customers.entries())
    for (const changed of change(customer)) yield { ...plan, customers: plan.customers.with(index, changed) };
}

/** The most effective first. None makes a plan larger, so it comes to an end. */
const REDUCTIONS: readonly Reduction[] = [
  function* fewerCustomers(plan) {
    for (const customers of withoutSome(plan.customers))
      if (customers.length > 0) yield { ...plan, customers };
  },
  function* fewerFaults(plan) {
    for (const faults of withoutSome(faultsOf(plan))) yield { ...plan, faults };
  },
  function* fewerSteps(plan) {
    yield* eachCustomer(plan, function* (customer) {
      for (const steps of withoutSome(customer.steps))
        if (steps.length < customer.steps.length) yield { ...customer, steps };
    });
  },
  function* fewerNodes(plan) {
    const { webNodes, workers } = plan;
    const nodeSkewsMs = plan.nodeSkewsMs;
    if (webNodes > 1)
      yield { ...plan, webNodes: webNodes - 1, nodeSkewsMs: nodeSkewsMs.toSpliced(webNodes - 1, 1) };
    if (workers > 1) yield { ...plan, workers: workers - 1, nodeSkewsMs: nodeSkewsMs.slice(0, -1) };
  },
  function* usualLimits(plan) {
    for (const name of Object.keys(plan.limits) as (keyof SimulatedLimits)[])
      if (plan.limits[name] !== USUAL_LIMITS[name])
        yield { ...plan, limits: { ...plan.limits, [name]: USUAL_LIMITS[name] } };
  },
  function* nothingOdd(plan) {
    if (plan.nodeSkewsMs.some((skewMs) => skewMs !== 0))
      yield { ...plan, nodeSkewsMs: plan.nodeSkewsMs.map(() => 0) };
    if (plan.provider.slowMs > 0) yield { ...plan, provider: { ...plan.provider, slowMs: 0 } };
    if (plan.beforeMidnightMs > 0) yield { ...plan, beforeMidnightMs: 0 };
    if (Object.values(plan.latencies).some(({ mostMs }) => mostMs > 1)) {
      const evenly = { leastMs: 1, mostMs: 1 };
      yield { ...plan, latencies: { edge: evenly, db: evenly, payments: evenly } };
    }
    yield* eachCustomer(plan, function* (customer) {
      if (customer.skewMs !== 0) yield { ...customer, skewMs: 0 };
      if (customer.homeNode > 1) yield { ...customer, homeNode: 1 };
      if (customer.comesBack) yield { ...customer, comesBack: false };
      if (customer.startMs !== null && customer.startMs > 0) yield { ...customer, startMs: 0 };
      if (customer.lines.length > 1) yield { ...customer, lines: customer.lines.slice(0, 1) };
    });
  },
  function* shorterFaults(plan) {
    for (const [index, fault] of faultsOf(plan).entries())
      if (fault.ms > 1)
        yield { ...plan, faults: faultsOf(plan).with(index, { ...fault, ms: Math.floor(fault.ms / 2) }) };
  },
];
