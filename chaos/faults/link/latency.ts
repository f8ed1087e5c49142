import { z } from 'zod';
import { direction, PATIENCE_MS, streamsOf, toxicFault, whatPasses } from './link-fault.ts';

/** Nearly all of a delay, for a timer may fire a little early. */
const SEEN = 0.95;

/**
 * What passes comes late. The delay is for each chunk, so a call of N round trips takes N times as long: a
 * distant database rather than a slow one.
 */
export const latency = toxicFault({
  name: 'latency',
  label: 'slow',
  params: z.strictObject({
    delayMs: z.number().int().positive(),
    /** At most so much more or less, by Toxiproxy's own dice. */
    jitterMs: z.number().int().nonnegative(),
    direction,
  }),
  draw(random) {
    const delayMs = random.integer(20, 700);
    const jitterMs = random.pick([0, 0, Math.floor(delayMs / 2)]);
    return { delayMs, jitterMs, direction: random.pick(['upstream', 'downstream', 'both'] as const) };
  },
  describe: ({ delayMs, jitterMs, direction: way }) =>
    `${whatPasses(way)} takes ${delayMs} ms longer${jitterMs > 0 ? `, or ${jitterMs} ms more or less than that` : ''}`,
  toxics: ({ delayMs, jitterMs, direction: way }) =>
    streamsOf(way).map((stream) => ({
      type: 'latency',
      stream,
      attributes: { latency: delayMs, jitter: jitterMs },
    })),
  bites: 'answers-were-late',
  askLimitMs: ({ delayMs, jitterMs }) => 4 * (delayMs + jitterMs) + PATIENCE_MS,
  shows: ({ firstMs }, { delayMs, jitterMs, direction: way }) =>
    firstMs !== null && firstMs >= SEEN * (way === 'both' ? 2 : 1) * Math.max(1, delayMs - jitterMs),
});
