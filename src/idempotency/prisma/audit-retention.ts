import type { Purged } from '../core/index.ts';
import { DailyPartitions, requireAgreementOfClocks, stepByStep, type Day } from './daily-partitions.ts';
import type { RawClient } from './prisma-store.ts';
import type { PrismaRetentionOptions } from './retention.ts';

const MAKE_AHEAD = `
  SELECT idempotency_make_audit_partitions(today, today + $1::int) AS made
  FROM (SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date AS today) AS t`;

/** Drops days of the audit trail, and makes those to come; as with records, and nothing of a day stays. */
export class PrismaAuditRetention {
  readonly #client: RawClient;
  readonly #clocks: { now: () => number; toleranceMs: number };
  readonly #partitions: DailyPartitions;

  constructor({ client, clockToleranceMs, now = () => Date.now() }: PrismaRetentionOptions) {
    this.#client = client;
    this.#clocks = { now, toleranceMs: clockToleranceMs };
    this.#partitions = new DailyPartitions(client, 'idempotency_audit');
  }

  /** Makes the partitions of today and the given number of days after it. @returns how many it made */
  async makeAhead(days: number): Promise<number> {
    const [row] = await this.#client.$queryRawUnsafe<{ made: number }[]>(MAKE_AHEAD, days);
    return row?.made ?? 0;
  }

  /**
   * Forgets each day that is longer over than `eventsOlderThanMs`. Longer than records are kept: when a day
   * of records is archived, its calls are counted from the trail.
   */
  async purge(eventsOlderThanMs: number): Promise<Pick<Purged, 'days' | 'postponed'>> {
    await requireAgreementOfClocks(this.#client, this.#clocks);
    const days: string[] = [];
    const postponed = await stepByStep(
      () => this.#partitions.due(eventsOlderThanMs),
      async (day) => {
        if (await this.#advance(day)) days.push(day.day);
      },
    );
    return { days: days.toSorted(), postponed };
  }

  /** @returns whether the day is gone */
  async #advance({ day, state }: Day): Promise<boolean> {
    switch (state) {
      case 'attached':
        await this.#partitions.detach(day);
        return false;
      case 'pending':
        await this.#partitions.finalize(day);
        return false;
      case 'detached':
        await this.#client.$executeRawUnsafe(`DROP TABLE ${this.#partitions.nameOf(day)}`);
        return true;
      case 'aside':
        throw new Error(`Nobody sets a day of the audit trail aside: ${day}`);
      default:
        return unreachable(state);
    }
  }
}

function unreachable(state: never): never {
  throw new Error(`Bug: no step for a day in state ${String(state)}`);
}
