import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { isSettled } from '../../core/index.ts';
import { makeKey } from '../keys.ts';
import { ExploredTurns } from './explored-turns.ts';
import { MemoryGround } from './ground.ts';
import { heal } from './healing.ts';
import { violationsOfChange } from './invariants.ts';
import type { ExploredRun } from './state-space.ts';
import type { Fault } from './turns.ts';
import { VirtualClock } from './virtual-clock.ts';
import { World, worldPolicy, type WorldPlan } from './world.ts';

const START_MS = Date.UTC(2026, 0, 1);
/** One key for all runs: it is part of what processes learn. */
const KEY = makeKey(START_MS);

/**
 * Leases aren't renewed: that a holder is slow and that its lease runs out is one choice, not many. A
 * join is short, so that it polls a few times and no more.
 */
const policy = { ...worldPolicy, renewalDeadlineMs: 0, leaseMs: 20, joinMs: 30 };

export interface SmallWorldPlan extends WorldPlan {
  readonly crashes: number;
  /** How many COMMITs may go without an answer. */
  readonly ambiguousCommits: number;
  /** How often time passes a lease while someone could still go on; with nobody to go on it always passes. */
  readonly leasesRunOut: number;
}

const ambiguous: readonly Fault[] = ['lost', 'aborted', 'late'];
const LEASE_RUNS_OUT = 'a lease runs out';
const TIME_PASSES = 'time passes to the next wake-up';

/** A world without chance: each run is wholly made of its choices. */
export class SmallWorld implements ExploredRun {
  readonly #clock = new VirtualClock(START_MS);
  readonly #turns = new ExploredTurns();
  readonly #ground = new MemoryGround(this.#clock);
  readonly #world: World<Parameters<MemoryGround['effect']>[0]>;
  /** What each process has learned, as a hash of hashes. */
  readonly #learned = new Map<string, string>();
  #left: { crashes: number; ambiguousCommits: number; leasesRunOut: number };

  private constructor(plan: SmallWorldPlan) {
    this.#left = { ...plan };
    this.#world = new World({
      plan,
      ground: this.#ground,
      clock: this.#clock,
      turns: this.#turns,
      policy,
      key: KEY,
      onObservation: (who, what) => {
        // With the time: what a process does next may depend on when it learned something.
        const sum = `${this.#learned.get(who) ?? ''} ${this.#clock.nowMs} ${what}`;
        this.#learned.set(who, hash(sum));
      },
    });
  }

  static async begin(plan: SmallWorldPlan): Promise<SmallWorld> {
    const run = new SmallWorld(plan);
    run.#world.start();
    await setImmediate();
    return run;
  }

  choices(): readonly string[] {
    const { crashes, ambiguousCommits, leasesRunOut } = this.#left;
    const choices: string[] = [];
    for (const name of this.#alive()) {
      const faults = this.#turns.faultsAt(name);
      choices.push(name);
      if (crashes > 0 && faults.includes('crash')) choices.push(`${name} → crash`);
      if (ambiguousCommits > 0)
        choices.push(
          ...ambiguous
            .filter((fault) => faults.includes(fault) && name.endsWith(': commit'))
            .map((fault) => `${name} → ${fault}`),
        );
    }
    const sleeping = this.#clock.wakesMs.length > 0;
    if (choices.length === 0 && !sleeping) return [];
    if (choices.length === 0) choices.push(TIME_PASSES);
    const leased = this.#ground.store
      .records()
      .some(({ state, leaseUntil }) => !isSettled(state) && leaseUntil.getTime() > this.#clock.nowMs);
    if (leasesRunOut > 0 && leased) choices.push(LEASE_RUNS_OUT);
    return choices;
  }

  async choose(choice: string): Promise<void> {
    const [name, fault] = choice.split(' → ') as [string, Fault?];
    if (choice === LEASE_RUNS_OUT) {
      this.#left = { ...this.#left, leasesRunOut: this.#left.leasesRunOut - 1 };
      this.#clock.pass(policy.leaseMs + 1);
    } else if (choice === TIME_PASSES) {
      this.#clock.passToNextWake();
    } else {
      if (fault === 'crash') this.#left = { ...this.#left, crashes: this.#left.crashes - 1 };
      else if (fault) this.#left = { ...this.#left, ambiguousCommits: this.#left.ambiguousCommits - 1 };
      this.#turns.give(name, fault ?? null);
    }
    await setImmediate();
  }

  state(): string {
    const waiting = this.#world.waiting;
    const names = this.#alive();
    const busy = (who: string) => [...names, ...waiting].some((name) => name.startsWith(who));
    const gone = new Set(this.#world.gone.filter((who) => !busy(who)));
    const state = [
      this.#clock.nowMs,
      [...this.#learned].map(([who, sum]) => (gone.has(who) ? who : `${who} ${sum}`)).toSorted(),
      [...this.#world.gone].toSorted(),
      names,
      // In the order in which they queue.
      waiting,
      this.#clock.wakesMs,
      this.#ground.store.records(),
      this.#ground.store.names().toSorted(),
      this.#world.provider.steps.map((step) => [step, this.#world.provider.keys(step)]),
      this.#world.answers.map((answer) => JSON.stringify([{ ...answer, error: null }])).toSorted(),
      [this.#left.crashes, this.#left.ambiguousCommits, this.#left.leasesRunOut],
    ];
    return hash(JSON.stringify(state));
  }

  async wrong(): Promise<readonly string[]> {
    return [...this.#world.violations, ...(await this.#ground.changes()).flatMap(violationsOfChange)];
  }

  /** From here on nothing goes wrong, and one order stands for all: what is left to see is that it ends well. */
  finish(): Promise<readonly string[]> {
    this.#left = { crashes: 0, ambiguousCommits: 0, leasesRunOut: 0 };
    return heal(this.#world, this.#ground, {
      pass: (ms) => {
        this.#clock.pass(ms);
        return Promise.resolve();
      },
      run: async () => {
        await setImmediate();
        for (let [first] = this.choices(); first !== undefined; [first] = this.choices())
          await this.choose(first);
      },
      windowOver: false,
    });
  }

  /** The turns of those who live, and of the database. */
  #alive(): readonly string[] {
    const gone = new Set(this.#world.gone);
    return this.#turns.names().filter((name) => !gone.has(this.#turns.who(name) ?? ''));
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64').slice(0, 24);
}
