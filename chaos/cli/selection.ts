import type { ScenarioSummary } from '../scenario.ts';
import { UsageError } from './command-line.ts';
import { partOf } from './shard.ts';
import type { Shard } from './shard.ts';

export interface Selection {
  /** Exact names; none means all. */
  names: readonly string[];
  grep?: RegExp | undefined;
  shard?: Shard | undefined;
}

/** The scenarios that are meant. Never none: nothing run is nothing proven, and must not look green. */
export function select(
  scenarios: readonly ScenarioSummary[],
  { names, grep, shard }: Selection,
): ScenarioSummary[] {
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0)
    throw new UsageError(`There is no scenario ${unknown.join(', ')}. 'chaos list' names them.`);
  const matching = scenarios.filter(
    ({ name, title }) =>
      (names.length === 0 || names.includes(name)) &&
      (grep === undefined || grep.test(name) || grep.test(title)),
  );
  if (matching.length === 0)
    throw new UsageError('No scenario matched: nothing was run, and nothing is proven.');
  if (shard === undefined) return matching;
  const part = partOf(matching, shard);
  if (part.length === 0)
    throw new UsageError(
      `Shard ${shard.number}/${shard.of} is empty: there are ${matching.length} scenarios, so ${matching.length} shards at most.`,
    );
  return part;
}
