import type { Sight } from './sight.ts';

/** No fault was made; and of those who could buy everybody did, at the first attempt. Counted once for each. */
export const nothingWasWrong: Sight = {
  name: 'paid-at-the-first-attempt',
  look({ topology, history, schedule, evidence }) {
    if (history.events.some(({ type }) => type === 'fault')) return;
    const buyers = schedule.intents.filter(({ role }) => role === 'buy');
    const paid = buyers.filter(({ nonce }) => {
      const attempts = topology.watch.attempts(nonce);
      return attempts.length === 1 && attempts[0]?.completion?.type === 'ok';
    });
    if (paid.length < buyers.length) return;
    for (const { nonce } of paid) evidence.seen('paid-at-the-first-attempt', { intent: nonce });
  },
};
