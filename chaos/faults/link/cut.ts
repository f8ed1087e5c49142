import { z } from 'zod';
import { PATIENCE_MS, toxicFault } from './link-fault.ts';

/** Toxiproxy takes 0 for never. */
const AT_ONCE_MS = 1;

/**
 * All connections of the link end at once, without waiting for anything to be sent on them; new ones too,
 * while it lasts. A server that is in the middle of something notices nothing and goes on.
 */
export const cut = toxicFault({
  name: 'cut',
  label: 'cut',
  params: z.strictObject({}),
  draw: () => ({}),
  describe: () => 'every connection ends at once; the server goes on with what it was doing',
  toxics: () => [{ type: 'timeout', stream: 'downstream', attributes: { timeout: AT_ONCE_MS } }],
  bites: 'connections-ended',
  askLimitMs: () => PATIENCE_MS,
  shows: ({ end, bytes }) => end !== 'open' && bytes === 0,
});
