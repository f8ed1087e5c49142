import type { CheckerName } from '../checkers/name.ts';
import { perform } from '../run/driver.ts';
import type { Pace } from '../run/driver.ts';
import type { Run } from '../run/run.ts';
import type { Scenario } from '../scenario.ts';
import { CLIENT_LIMITS } from '../run/limits.ts';
import { drawSchedule } from '../schedule/draw.ts';
import type { Drawn, HitPlan } from '../schedule/draw.ts';
import { API_CLIENTS } from '../schedule/schedule.ts';
import type {
  ClientLimits,
  ClientName,
  Part,
  PlannedFault,
  Schedule,
  TopologyPlan,
} from '../schedule/schedule.ts';
import type { Sight } from './sights/sight.ts';

/**
 * A scenario of this folder: beside what a scenario is, what is drawn for it. It runs three times: for real,
 * and with the protection off, without its faults and with them; so it acts on what the schedule says and on
 * nothing else.
 */
export interface ShopScenario extends Scenario<Run> {
  /** Everything that chance decides in one of its runs. */
  draw(options: ScenarioDraw): Schedule;
  /** It is played round after round on one topology (`run/soak.ts`), and fills the time that it's given. */
  soaks?: true;
  hazards: readonly number[];
}

export interface ScenarioDraw {
  seed: string;
  part: Part;
  /** The short form. */
  smoke: boolean;
  /** What it must be played on, where that is there already. */
  topology?: TopologyPlan;
}

/** What one writes down of a scenario. */
export interface Declaration {
  name: string;
  title: string;
  /** The bugs that it would show, by their numbers in `hazards.ts`. */
  hazards: readonly number[];
  topology: TopologyPlan;
  /** Once for each client and round; beside them, customers whom nothing happens to on purpose. */
  hits: readonly HitPlan[];
  faults: (drawn: Drawn) => PlannedFault[];
  pace?: Pace;
  /** Who buys. Default: the two clients without a page. */
  clients?: readonly ClientName[];
  /** How often the long form does everything; default once. */
  rounds?: number;
  /** What the clients allow themselves; default `CLIENT_LIMITS`. */
  limits?: Partial<ClientLimits>;
  /** What must have been seen: a fault's own evidence, by its name, or a sight that is looked for afterwards. */
  evidence: readonly (string | Sight)[];
  /** Beside the core checkers. Default: those whose premise the customers beside meet in any run. */
  exercises?: CheckerName[];
  control?: boolean;
}

/** What the customers beside plant: a bad card, a reused key, a double submit, a look at a stranger's order. */
const PLANTED_BESIDE: CheckerName[] = [
  'definite-failures-leave-nothing',
  'refusals-have-a-cause',
  'one-payload-per-key',
  'same-key-same-bytes',
  'orders-are-private',
];

/** Makes a scenario of its declaration: the schedule is played, and then everything is looked for that must be seen. */
export function shopScenario(declaration: Declaration): ShopScenario {
  const { name, title, topology, hits, faults, evidence, pace = 'flow', rounds = 1 } = declaration;
  const limits = { ...CLIENT_LIMITS, ...declaration.limits };
  const sights = evidence.filter((each) => typeof each !== 'string');
  return {
    name,
    title,
    hazards: declaration.hazards,
    draw: ({ seed, part, smoke }) =>
      drawSchedule({
        seed,
        scenario: name,
        part,
        topology,
        limits,
        clients: declaration.clients ?? API_CLIENTS,
        hits,
        rounds: smoke || part !== 'protected' ? 1 : rounds,
        faults,
      }),
    exercises: declaration.exercises ?? PLANTED_BESIDE,
    requiredEvidence: evidence.map((each) => (typeof each === 'string' ? each : each.name)),
    control: declaration.control ?? false,
    async drive(run) {
      await perform(run, pace);
      await lookFor(sights, run);
    },
  };
}

/** Looks for what must have been seen, once the customers have gone. */
export async function lookFor(sights: readonly Sight[], run: Run): Promise<void> {
  await run.topology.commitLog.catchUp();
  for (const sight of sights) await sight.look(run);
}
