import type { Logger } from 'pino';
import type { PrismaRetention } from '../idempotency/prisma/index.ts';
import { limits } from '../limits.ts';

/**
 * Makes the record partitions of the days to come, then forgets the days that are over. In this order:
 * a day without its partition refuses every claim, a day too many only takes up room.
 */
export async function keepDays(retention: PrismaRetention, log: Logger): Promise<void> {
  await retention.makeAhead(limits.retention.partitionsAheadDays);
  const { days, forgotten, kept, postponed } = await retention.purge(
    limits.keys.windowBackMs + limits.retention.graceMs,
  );
  if (forgotten > 0) log.info({ days, forgotten, kept }, 'forgot old records');
  for (const { day, reason } of postponed) log.warn({ day, reason }, 'could not forget a day yet');
}
