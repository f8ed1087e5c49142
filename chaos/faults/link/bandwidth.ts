import { z } from 'zod';
import { direction, PATIENCE_MS, streamsOf, toxicFault, whatPasses } from './link-fault.ts';

/** The first chunk waits for its size too, and a timer may fire early: most of the time is enough to see. */
const SEEN = 0.8;

/** A thin line: each chunk takes as long as its size. */
export const bandwidth = toxicFault({
  name: 'bandwidth',
  label: 'thin line',
  // In the toxic 1 is a kilobyte a second, which is a byte a millisecond.
  params: z.strictObject({ bytesPerMs: z.number().int().positive(), direction }),
  draw: (random) => ({
    bytesPerMs: random.integer(1, 12),
    direction: random.pick(['upstream', 'downstream', 'both'] as const),
  }),
  describe: ({ bytesPerMs, direction: way }) => `${whatPasses(way)} passes at ${bytesPerMs} kB a second`,
  toxics: ({ bytesPerMs, direction: way }) =>
    streamsOf(way).map((stream) => ({ type: 'bandwidth', stream, attributes: { rate: bytesPerMs } })),
  bites: 'bytes-took-their-time',
  askLimitMs: ({ bytesPerMs }) => 4_000 / bytesPerMs + PATIENCE_MS,
  shows: ({ asked, bytes, lastMs }, { bytesPerMs, direction: way }) =>
    lastMs !== null && lastMs >= (SEEN * (way === 'upstream' ? asked : bytes)) / bytesPerMs,
});
