import type { HitPlan } from '../run/schedule.ts';
import type { Run } from '../run/run.ts';
import type { Scenario } from '../scenario.ts';

/**
 * A scenario of this folder: beside what a scenario is, the hits that are drawn for each client. Its
 * `drive` runs three times: for real, and with the protection off, without the hits and with them; so it
 * acts on what the schedule says and on nothing else.
 */
export interface ShopScenario extends Scenario<Run> {
  hits: readonly HitPlan[];
}
