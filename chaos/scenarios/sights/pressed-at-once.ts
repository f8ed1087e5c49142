import type { Sight } from './sight.ts';

/** So many attempts of one intent were under way at one moment. */
export function pressedAtOnce(count: number): Sight {
  const name = `pressed-${count}-at-once`;
  return {
    name,
    look({ topology, schedule, evidence }) {
      for (const { nonce } of schedule.intents) {
        const attempts = topology.watch.attempts(nonce);
        const most = Math.max(
          0,
          ...attempts.map(
            ({ invoke: { monoNs } }) =>
              attempts.filter(
                (other) =>
                  other.invoke.monoNs <= monoNs &&
                  (other.completion?.monoNs ?? Number.POSITIVE_INFINITY) > monoNs,
              ).length,
          ),
        );
        if (most >= count) evidence.seen(name, { intent: nonce, value: { most } });
      }
    },
  };
}
