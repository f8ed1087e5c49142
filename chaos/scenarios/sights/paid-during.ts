import { faultWindowsOf } from '../../history/fault-windows.ts';
import type { Sight } from './sight.ts';

/**
 * The order was paid, and its commit lies between a fault's beginning and its healing: the shop went on, or
 * what had been sent before happened all the same.
 */
export function paidDuring(fault: string): Sight {
  const name = `paid-during-${fault}`;
  return {
    name,
    look({ topology, history, clock, schedule, evidence }) {
      const windows = faultWindowsOf(history.events)
        .filter((window) => window.fault === fault)
        .map(({ fromNs, toNs }) => ({ fromMs: clock.wallMs(fromNs), untilMs: clock.wallMs(toNs) }));
      for (const intent of schedule.intents) {
        const commit = topology.commitLog.commitOfPaidOrder(intent);
        if (commit === null || intent.hit === null) continue;
        const { commitMs, lsn } = commit;
        if (windows.some(({ fromMs, untilMs }) => fromMs < commitMs && commitMs < untilMs))
          evidence.seen(name, { intent: intent.nonce, value: { commitLsn: lsn } });
      }
    },
  };
}
