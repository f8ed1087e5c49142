import { faultWindowsOf } from '../../history/fault-windows.ts';
import type { Sight } from './sight.ts';

/** A worker was started, and only afterwards the order of somebody was paid whose operation had been taken over before. */
export const startedWhileAnotherWorked: Sight = {
  name: 'started-while-another-worked',
  look({ topology, history, clock, schedule, evidence }) {
    const starts = faultWindowsOf(history.events).filter(
      ({ fault, target }) => fault === 'kill' && target?.startsWith('worker') === true,
    );
    for (const { target, toNs } of starts) {
      for (const intent of schedule.intents.filter(({ hit }) => hit !== null)) {
        const [first] = topology.watch.attempts(intent.nonce);
        const commit = topology.commitLog.commitOfPaidOrder(intent);
        const wasLeftBefore =
          first?.completion !== undefined && first.completion !== null && first.completion.monoNs < toNs;
        if (!wasLeftBefore || commit === null || commit.commitMs < clock.wallMs(toNs)) continue;
        evidence.seen('started-while-another-worked', {
          target,
          intent: intent.nonce,
          value: { commitLsn: commit.lsn },
        });
      }
    }
  },
};
