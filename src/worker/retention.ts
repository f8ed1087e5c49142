import type { Logger } from 'pino';
import type { PrismaAuditRetention, PrismaRetention } from '../idempotency/prisma/index.ts';
import { limits } from '../limits.ts';

/**
 * Makes the partitions of the days to come, then forgets the days that are over. In this order: a day
 * without its partition refuses every claim, a day too many only takes up room.
 */
export async function keepDays(
  { records, audit }: { records: PrismaRetention; audit: PrismaAuditRetention },
  log: Logger,
): Promise<void> {
  await records.makeAhead(limits.retention.partitionsAheadDays);
  await audit.makeAhead(limits.retention.partitionsAheadDays);
  const { days, forgotten, kept, postponed } = await records.purge(
    limits.keys.windowBackMs + limits.retention.graceMs,
  );
  if (forgotten > 0) log.info({ days, forgotten, kept }, 'forgot old records');
  const events = await audit.purge(limits.audit.keptMs);
  if (events.days.length > 0) log.info({ days: events.days }, 'forgot old days of the audit trail');
  for (const { day, reason } of [...postponed, ...events.postponed])
    log.warn({ day, reason }, 'could not forget a day yet');
}
