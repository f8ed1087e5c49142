import { z } from 'zod';
import { PATIENCE_MS, toxicFault } from './link-fault.ts';

const SEEN = 0.95;

/** What a server closes stays open for its client: a pool keeps connections that nobody is behind any more. */
export const slowClose = toxicFault({
  name: 'slow-close',
  label: 'slow close',
  params: z.strictObject({ delayMs: z.number().int().positive() }),
  draw: (random) => ({ delayMs: random.integer(100, 1_500) }),
  describe: ({ delayMs }) =>
    `a connection that its server ends is open for its client for ${delayMs} ms more`,
  toxics: ({ delayMs }) => [{ type: 'slow_close', stream: 'downstream', attributes: { delay: delayMs } }],
  bites: 'closed-late',
  askLimitMs: ({ delayMs }) => delayMs + PATIENCE_MS,
  shows: ({ lastMs, endMs }, { delayMs }) =>
    lastMs !== null && endMs !== null && endMs - lastMs >= SEEN * delayMs,
});
