import { z } from 'zod';
import { SILENCE_MS, toxicFault } from './link-fault.ts';

/** Requests arrive and are done; the answers wait, and come when the fault is healed. */
export const answerHeld = toxicFault({
  name: 'answer-held',
  label: 'answer held',
  params: z.strictObject({}),
  draw: () => ({}),
  describe: () => 'requests arrive, and the answers are held back until the fault is healed',
  toxics: () => [{ type: 'bandwidth', stream: 'downstream', attributes: { rate: 0 } }],
  bites: 'answers-were-held',
  askLimitMs: () => SILENCE_MS,
  shows: ({ end, bytes }) => end === 'open' && bytes === 0,
});
