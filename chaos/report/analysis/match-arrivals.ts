import type { Arrival } from '../../arrivals/tcp-recorder.ts';
import type { Pair } from '../../history/attempts.ts';

/**
 * Which attempt each request at a node belongs to, by the invoke's index. A request carries its key and the
 * attempt's number; without a key nothing binds it to an attempt. Two tabs may send the same of both: then the earlier request is the earlier attempt's,
 * and a copy too many (browsers resend) is the last one's that can have sent it.
 */
export function matchArrivals(
  attempts: readonly Pair[],
  arrivals: readonly Arrival[],
): ReadonlyMap<number, Arrival[]> {
  const byName = Map.groupBy(attempts, ({ invoke }) => nameOf(invoke.key, invoke.attempt));
  const matched = new Map<number, Arrival[]>();
  for (const arrival of arrivals.toSorted((a, b) => a.headNs - b.headNs)) {
    if (arrival.key === null) continue;
    const candidates = (byName.get(nameOf(arrival.key, arrival.attempt)) ?? []).filter(
      ({ invoke }) => invoke.monoNs <= arrival.headNs,
    );
    const owner = candidates.find(({ invoke }) => !matched.has(invoke.index)) ?? candidates.at(-1);
    if (owner === undefined) continue;
    matched.set(owner.invoke.index, [...(matched.get(owner.invoke.index) ?? []), arrival]);
  }
  return matched;
}

function nameOf(key: string | null, attempt: number | null): string {
  return `${key} ${attempt}`;
}
