import { z } from 'zod';
import { SILENCE_MS, toxicFault } from './link-fault.ts';

/** Requests are held, and all of them arrive on healing: long after those who sent them have given up. */
export const lateDelivery = toxicFault({
  name: 'late-delivery',
  label: 'held, then delivered',
  params: z.strictObject({}),
  draw: () => ({}),
  describe: () => 'what is asked is held back, and arrives when the fault is healed',
  toxics: () => [{ type: 'bandwidth', stream: 'upstream', attributes: { rate: 0 } }],
  bites: 'requests-were-held',
  askLimitMs: () => SILENCE_MS,
  shows: ({ end, bytes }) => end === 'open' && bytes === 0,
});
