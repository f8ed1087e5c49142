import type { ServiceOptions } from '../services.ts';
import { skewClock } from './clock-skew.ts';
import { failpointClient } from './failpoint-client.ts';
import type { Sabotage } from './sabotage.ts';
import { sabotages } from './sabotages.ts';
import { seamSettings } from './settings.ts';

/** A text that is in no build but the chaos build; a test looks for it in both. */
const MARK = 'This process is sabotaged on purpose.';

type Environment = Readonly<Record<string, string | undefined>>;

/** Once, before anything asks for the time. Stops a process whose settings can't be obeyed. */
export function prepareSeam(env: Environment): void {
  let settings: ReturnType<typeof seamSettings>;
  try {
    settings = seamSettings(env);
  } catch (error) {
    // Next would log it, and serve all the same.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  const { CLOCK_SKEW_MS, SABOTAGE } = settings;
  if (CLOCK_SKEW_MS !== 0) skewClock(CLOCK_SKEW_MS);
  if (SABOTAGE.length > 0) process.stdout.write(`${JSON.stringify({ msg: MARK, SABOTAGE })}\n`);
}

/** What goes between the parts of the shop. Told nothing, nothing: then it is the shop itself. */
export function seam(env: Environment): ServiceOptions {
  const { SABOTAGE, FAILPOINTS_URL, NODE_NAME } = seamSettings(env);
  return {
    ...together(SABOTAGE.map((id) => sabotages[id])),
    ...(FAILPOINTS_URL !== undefined && { failpoint: failpointClient(FAILPOINTS_URL, NODE_NAME) }),
  };
}

/** Several at once go around each other, the last outermost; there can be one engine only. */
function together(parts: readonly Sabotage[]): Sabotage {
  const engines = parts.flatMap(({ engine }) => engine ?? []);
  if (engines.length > 1) throw new Error('A shop has one engine: only one of these mutants can replace it.');
  const stores = parts.flatMap(({ store }) => store ?? []);
  const gateways = parts.flatMap(({ payments }) => payments ?? []);
  const [engine] = engines;
  const connections = parts.flatMap(({ connection }) => connection ?? []);
  return {
    ...(engine && { engine }),
    ...(connections.length > 0 && {
      connection: (config) => connections.reduce((inner, around) => around(inner), config),
    }),
    ...(stores.length > 0 && {
      store: (store, database) => stores.reduce((inner, around) => around(inner, database), store),
    }),
    ...(gateways.length > 0 && {
      payments: (payments, database) => gateways.reduce((inner, around) => around(inner, database), payments),
    }),
  };
}
