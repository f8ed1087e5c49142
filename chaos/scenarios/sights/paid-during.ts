import type { HistoryEvent } from '../../history/event.ts';
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
      const windows = windowsOf(history.events, fault).map(({ fromNs, untilNs }) => ({
        fromMs: clock.wallMs(fromNs),
        untilMs: clock.wallMs(untilNs),
      }));
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

/** When faults of that name were on: from their inject to their heal. */
function windowsOf(events: readonly HistoryEvent[], fault: string): { fromNs: number; untilNs: number }[] {
  const faults = events.filter((event) => event.type === 'fault').filter((event) => event.fault === fault);
  return faults
    .filter(({ phase }) => phase === 'inject')
    .map(({ target, index, monoNs }) => {
      const heal = faults.find(
        (event) => event.phase === 'heal' && event.target === target && event.index > index,
      );
      return { fromNs: monoNs, untilNs: heal?.monoNs ?? Number.POSITIVE_INFINITY };
    });
}
