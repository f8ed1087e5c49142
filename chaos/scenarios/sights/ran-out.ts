import type { Sight } from './sight.ts';

/** Somebody was told that there is nothing left, of those who were hit on purpose. */
export const ranOut: Sight = {
  name: 'stock-ran-out',
  look({ topology, schedule, evidence }) {
    for (const { nonce, hit } of schedule.intents) {
      if (hit === null) continue;
      const told = topology.watch
        .attempts(nonce)
        .find(({ completion }) => completion?.errorClass === 'OUT_OF_STOCK');
      if (told !== undefined)
        evidence.seen('stock-ran-out', { intent: nonce, value: { invoke: told.invoke.index } });
    }
  },
};
