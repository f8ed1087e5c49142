import type { CheckerName } from './checkers/name.ts';
import type { Progress } from './progress.ts';
import type { ScenarioReport } from './report/report.ts';
import type { Schedule } from './schedule/schedule.ts';
import type { Weakening } from './weakening.ts';

/**
 * A scenario is customers and faults on a topology, and what it claims to have shown:
 * `requiredEvidence` names the effects that must have been seen at least once, `exercises` the
 * checkers whose premise must have held. One that is missing makes the verdict unknown, for a fault
 * that never bit and an invariant that was never put to the test prove nothing. All checkers run in
 * every scenario all the same, and any of them can make it invalid.
 *
 * `Run` is what the runner hands it: the stack, the clients, the recorder, the nemesis.
 */
export interface Scenario<Run> {
  /** What one types: kebab-case. */
  name: string;
  /** One sentence: what happens to the shop. */
  title: string;
  /** Beside the core checkers, which every scenario exercises (`checkers/name.ts`). */
  exercises: CheckerName[];
  requiredEvidence: string[];
  /** Whether the control must show duplicates under this fault, and none without it. */
  control: boolean;
  /** Makes the workload and the faults; returns when the last client has stopped. */
  drive(run: Run): Promise<void>;
}

export interface RunOptions {
  /** Everything random comes from streams of this seed (`random.ts`). */
  seed: string;
  /** The short form: fewer intents, and after a valid verdict the planted violations. */
  smoke: boolean;
  /** Aborted by Ctrl-C: stop everything, return what is known, verdict unknown. */
  signal: AbortSignal;
  /** Where the play leaves what is looked at later. It exists, and is this play's own. */
  directory: string;
  /** Plays these, a saved run's, instead of drawing new ones from the seed; null: draws. */
  schedules: readonly Schedule[] | null;
  /** How long the person asked it to go on; null: as long as it takes. Who can fill time fills that. */
  forMs: number | null;
  /** What is done to the shop before; its control has no protection anyway. */
  weakening: Weakening;
  /** Whether the control is run too, where the scenario has one. Without it the verdict says less. */
  control: boolean;
  /** Is told what happens, while it happens. */
  progress: Progress;
}

/**
 * Runs one scenario, its control included: topology, workload, final read, `judge` (verdict.ts), and
 * after a valid smoke run `plantedViolations` (planted/pipeline.ts) and `judge` once more.
 * `run/run-scenario.ts` exports it as `runScenario`, the command line calls it. An `EnvironmentError` ends the whole command with code 3;
 * any other error is a crashed harness, and the scenario unknown.
 */
export type RunScenario = (name: string, options: RunOptions) => Promise<ScenarioReport>;

/** What the command line lists: `scenarios/index.ts` exports them as `scenarios`. */
export interface ScenarioSummary {
  name: string;
  title: string;
}
