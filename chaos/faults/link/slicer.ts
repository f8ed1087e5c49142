import { z } from 'zod';
import { direction, PATIENCE_MS, streamsOf, toxicFault, whatPasses } from './link-fault.ts';

/** Our own questions and answers are a few hundred bytes long: in slices of this size they are several. */
const SLICE_BYTES_MAX = 64;

/**
 * What passes comes in small pieces with pauses between: whoever takes a piece for the whole is caught by it.
 * A slice always has a size: without `average_size` Toxiproxy's slicer recurses until the server dies.
 */
export const slicer = toxicFault({
  name: 'slicer',
  label: 'slices',
  params: z.strictObject({
    averageBytes: z.number().int().min(4).max(SLICE_BYTES_MAX),
    pauseMs: z.number().int().positive(),
    direction,
  }),
  draw: (random) => ({
    averageBytes: random.integer(16, SLICE_BYTES_MAX),
    pauseMs: random.integer(1, 12),
    direction: random.pick(['upstream', 'downstream', 'both'] as const),
  }),
  describe: ({ averageBytes, pauseMs, direction: way }) =>
    `${whatPasses(way)} comes in slices of about ${averageBytes} bytes, ${pauseMs} ms apart`,
  toxics: ({ averageBytes, pauseMs, direction: way }) =>
    streamsOf(way).map((stream) => ({
      type: 'slicer',
      stream,
      attributes: {
        average_size: averageBytes,
        size_variation: Math.floor(averageBytes / 2),
        delay: pauseMs * 1_000,
      },
    })),
  bites: 'came-in-slices',
  askLimitMs: ({ pauseMs }) => 100 * pauseMs + PATIENCE_MS,
  // Slices of the question show in nothing but time: two pauses at least, and no more can be said.
  shows: ({ pieces, firstMs }, { pauseMs, direction: way }) =>
    way === 'upstream' ? firstMs !== null && firstMs >= pauseMs : pieces > 1,
});
