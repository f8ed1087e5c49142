import { z } from 'zod';
import { PATIENCE_MS, toxicFault } from './link-fault.ts';

/** A request begins to arrive and breaks off: the server has its head, perhaps, and never all of it. */
export const requestCut = toxicFault({
  name: 'request-cut',
  label: 'request cut',
  params: z.strictObject({ afterBytes: z.number().int().nonnegative() }),
  draw: (random) => ({ afterBytes: random.integer(0, 400) }),
  describe: ({ afterBytes }) => `the connection ends after ${afterBytes} bytes of what is asked`,
  toxics: ({ afterBytes }) => [{ type: 'limit_data', stream: 'upstream', attributes: { bytes: afterBytes } }],
  bites: 'requests-were-cut',
  askLimitMs: () => PATIENCE_MS,
  // Our own question may be shorter than what is let through; then it shows nothing of this fault.
  shows: ({ end, bytes }) => end !== 'open' && bytes === 0,
});
