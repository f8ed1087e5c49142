import type { SabotageId } from '../../src/sabotage/sabotages.ts';
import type { HabitName } from '../clients/habits.ts';
import type { CheckerName } from '../checkers/name.ts';
import type { Layer } from './layers.ts';
import type { MutantScenario } from './mutant-scenario.ts';

/** A bug that is put in on purpose, and who has to notice. */
export interface Mutant {
  /** What one types. */
  id: string;
  /** Its number in `docs/hazards.ts`. */
  hazard: number;
  /** One sentence: what is done wrong. */
  what: string;
  sabotage: SabotagePlan;
  /** What exposes it. */
  scenario: MutantScenario;
  /** Whose word kills it: no other's does. */
  checker: CheckerName;
  /** The layers that hide it; with all of them off it must show. */
  masks: readonly Layer[];
  /** It has died whenever it was played, quickly: such are sampled for every change, the others wait for the night. */
  isSteady?: true;
}

/** Where the bug is put in. All that is given is done. */
export interface SabotagePlan {
  /** In the shop's processes, by the names of `src/sabotage`. */
  seam?: readonly SabotageId[];
  /** Only in these processes; else in all. */
  only?: readonly string[];
  /** On the run's own database, as its owner, before the first customer. */
  sql?: readonly string[];
  /** In the customers' own software. */
  habits?: readonly HabitName[];
  /** What a line of the log must say before the bug counts as reached; default: the first name of `seam`, or of `habits`. */
  reached?: string;
}
