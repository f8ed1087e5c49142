import { z } from 'zod';
import { PATIENCE_MS, toxicFault } from './link-fault.ts';

/**
 * Requests arrive and are done; no byte of any answer comes back, and the connection ends. A prompt FIN,
 * on pooled connections too.
 */
export const answerLost = toxicFault({
  name: 'answer-lost',
  label: 'answer lost',
  params: z.strictObject({}),
  draw: () => ({}),
  describe: () => 'requests arrive, and the connection ends before the first byte of the answer',
  toxics: () => [{ type: 'limit_data', stream: 'downstream', attributes: { bytes: 0 } }],
  bites: 'answers-were-lost',
  askLimitMs: () => PATIENCE_MS,
  shows: ({ end, bytes }) => end === 'fin' && bytes === 0,
});
