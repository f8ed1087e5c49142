import { z } from 'zod';
import { PATIENCE_MS, toxicFault } from './link-fault.ts';

/**
 * Connections end by RST instead of FIN. Only those that are opened while it lasts: Toxiproxy decides when
 * it dials.
 */
export const reset = toxicFault({
  name: 'reset',
  label: 'reset',
  params: z.strictObject({
    /** Downstream the request is done and its answer reset; upstream it never arrives. */
    direction: z.enum(['upstream', 'downstream']),
  }),
  draw: (random) => ({ direction: random.pick(['upstream', 'downstream'] as const) }),
  describe: ({ direction: way }) =>
    `new connections are reset when the first byte of ${way === 'downstream' ? 'the answer' : 'the question'} comes`,
  // A longer timeout would block the toxic's own removal for as long.
  toxics: ({ direction: stream }) => [{ type: 'reset_peer', stream, attributes: { timeout: 0 } }],
  bites: 'connections-were-reset',
  askLimitMs: () => PATIENCE_MS,
  shows: ({ end, bytes }) => end === 'rst' && bytes === 0,
});
