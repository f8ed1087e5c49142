import { z } from 'zod';
import { PATIENCE_MS, toxicFault } from './link-fault.ts';

/**
 * An answer begins to arrive and breaks off after so many bytes of a connection's life: the status line
 * says 200, and the body doesn't come. A client that takes the status for the answer is caught by it.
 */
export const answerCut = toxicFault({
  name: 'answer-cut',
  label: 'answer cut',
  params: z.strictObject({ afterBytes: z.number().int().positive() }),
  draw: (random) => ({ afterBytes: random.integer(1, 120) }),
  describe: ({ afterBytes }) => `the connection ends after ${afterBytes} bytes of answer`,
  toxics: ({ afterBytes }) => [
    { type: 'limit_data', stream: 'downstream', attributes: { bytes: afterBytes } },
  ],
  bites: 'answers-were-cut',
  askLimitMs: () => PATIENCE_MS,
  shows: ({ end, bytes }, { afterBytes }) => end === 'fin' && bytes === afterBytes,
});
