import type { Sight } from './sight.ts';

/**
 * The commit that made the order paid lies between an attempt's invoke and its error, the node began to
 * answer, and the client holds no complete body. Looked for in every attempt: a fault on an edge hits
 * whoever is there.
 */
export const answerLostAfterCommit: Sight = {
  name: 'answer-lost-after-commit',
  look({ topology, clock, schedule, evidence }) {
    const answered = topology.arrivals.filter(({ answeredNs }) => answeredNs !== null);
    for (const intent of schedule.intents) {
      const commit = topology.commitLog.commitOfPaidOrder(intent);
      if (commit === null) continue;
      for (const { invoke, completion } of topology.watch.attempts(intent.nonce)) {
        if (completion?.type !== 'info' || completion.response !== null) continue;
        const lies =
          clock.wallMs(invoke.monoNs) < commit.commitMs && commit.commitMs < clock.wallMs(completion.monoNs);
        const wasAnswered = answered.some(
          ({ key, headNs }) => key === invoke.key && headNs > invoke.monoNs && headNs < completion.monoNs,
        );
        if (!lies || !wasAnswered) continue;
        const value = { commitLsn: commit.lsn, invoke: invoke.index, error: completion.index };
        evidence.seen('answer-lost-after-commit', { intent: intent.nonce, value });
      }
    }
  },
};
