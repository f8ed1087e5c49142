import { faultWindowsOf } from '../../history/fault-windows.ts';
import type { Sight } from './sight.ts';

/** The holder's own request, and at least two retries behind it. */
const COPIES_MIN = 3;
/** The holder's own came just before it was stopped. */
const HELD_NS = 1e9;

/** Several requests with one key came to a node while it stood still: on waking it finds all of them. */
export const queuedAtTheFrozenNode: Sight = {
  name: 'queued-at-the-frozen-node',
  look({ topology, history, schedule, evidence }) {
    const windows = faultWindowsOf(history.events).filter(({ fault }) => fault === 'pause');
    for (const { nonce } of schedule.intents) {
      for (const { target, fromNs, toNs } of windows) {
        const queued = topology.watch
          .arrivals(nonce)
          .filter(({ node, headNs }) => node === target && headNs < toNs && headNs > fromNs - HELD_NS);
        if (queued.length < COPIES_MIN) continue;
        evidence.seen('queued-at-the-frozen-node', {
          target,
          intent: nonce,
          value: { copies: queued.length },
        });
      }
    }
  },
};
