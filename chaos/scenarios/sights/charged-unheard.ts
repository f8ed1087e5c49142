import type { Sight } from './sight.ts';

/**
 * The provider's ledger has the charge from before the first attempt ended, that attempt ended without a
 * word of it, and the order was paid only afterwards: the money had moved, and the shop didn't know.
 */
export const chargedUnheard: Sight = {
  name: 'charged-unheard',
  async look({ topology, clock, schedule, evidence }) {
    const charges = await topology.watch.charges();
    for (const intent of schedule.intents) {
      const charge = charges.find(({ payment_method: card }) => card === intent.paymentMethod);
      const [first] = topology.watch.attempts(intent.nonce);
      if (charge === undefined || first?.completion?.type !== 'info') continue;
      const endedMs = clock.wallMs(first.completion.monoNs);
      const commit = topology.commitLog.commitOfPaidOrder(intent);
      if (charge.createdMs >= endedMs || (commit !== null && commit.commitMs <= endedMs)) continue;
      const value = { chargedMs: charge.createdMs, error: first.completion.index };
      evidence.seen('charged-unheard', { intent: intent.nonce, value });
    }
  },
};
