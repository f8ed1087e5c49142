import type { Sight } from './sight.ts';

/** The order was paid after an attempt of its client had run out of time: whoever asks again now asks for a second one. */
export const committedAfterClientGaveUp: Sight = {
  name: 'committed-after-client-gave-up',
  look({ topology, clock, schedule, evidence }) {
    for (const intent of schedule.intents) {
      const commit = topology.commitLog.commitOfPaidOrder(intent);
      const [first] = topology.watch.attempts(intent.nonce);
      if (commit === null || first?.completion?.errorClass !== 'timeout') continue;
      if (clock.wallMs(first.completion.monoNs) >= commit.commitMs) continue;
      const value = { commitLsn: commit.lsn, gaveUp: first.completion.index };
      evidence.seen('committed-after-client-gave-up', { intent: intent.nonce, value });
    }
  },
};
