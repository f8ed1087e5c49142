import type { Sight } from './sight.ts';

/** A request reached a node whole after its client had given that attempt up: late delivery, as it was meant. */
export const arrivedLate: Sight = {
  name: 'arrived-late',
  look({ topology, schedule, evidence }) {
    for (const { nonce } of schedule.intents) {
      const attempts = topology.watch.attempts(nonce);
      for (const { node, key, attempt, wholeNs } of topology.watch.arrivals(nonce)) {
        const sent = attempts.find(({ invoke }) => invoke.key === key && invoke.attempt === attempt);
        const gaveUpNs = sent?.completion?.monoNs;
        if (wholeNs === null || gaveUpNs === undefined || wholeNs <= gaveUpNs) continue;
        const lateMs = Math.round((wholeNs - gaveUpNs) / 1e6);
        evidence.seen('arrived-late', { target: `edge@${node}`, intent: nonce, value: { attempt, lateMs } });
      }
    }
  },
};
