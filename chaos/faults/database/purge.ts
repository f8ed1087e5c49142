import { z } from 'zod';
import { Observer } from '../../topology/observer.ts';
import { orIfUnreachable } from '../../topology/unreachable.ts';
import { seenInTime, until } from '../../topology/until.ts';
import type { Fault } from '../fault.ts';

const params = z.strictObject({
  /** The first of the days, counted back from today: beyond the window of a key, and what is kept after it. */
  daysAgo: z.number().int().min(6),
  days: z.number().int().positive(),
  recordsPerDay: z.number().int().positive(),
});

/** A detach waits for every transaction that was open when it began. */
const FORGOTTEN_LIMIT_MS = 20_000;
const LOOK_PAUSE_MS = 20;

/** Another fault may have the database away for as long as faults last. */
const BACK_LIMIT_MS = 60_000;

/**
 * Days of old records are forgotten while customers buy. A worker forgets when it starts: so the days are made
 * beforehand, full of settled records, and then the worker is started anew.
 */
export const purge: Fault<z.infer<typeof params>> = {
  name: 'purge',
  family: 'database',
  label: 'purge',
  params,
  targets: ({ workers }) => workers,
  // A day that was forgotten is never opened again: no two faults may have the same.
  draw: (random) => ({ daysAgo: random.integer(10, 9_000), days: random.integer(1, 3), recordsPerDay: 100 }),
  describe: ({ days }, target) => `${target} starts anew, and forgets ${days} days of old records`,
  evidence: () => 'old-days-were-forgotten',
  async arm({ database }, { params: { daysAgo, days, recordsPerDay } }) {
    // As the shop itself: only a table's owner may detach it.
    await using observer = await Observer.connect({ adminUrl: database.appUrl, name: 'purge' });
    await observer.rows(
      'SELECT idempotency_make_partitions(current_date - $1::int, current_date - $1::int + $2::int - 1)',
      [daysAgo, days],
    );
    await observer.rows(
      `INSERT INTO idempotency_record (key, scope, procedure, operation_id, principal, fingerprint, policy_version, state,
              fence, holder, lease_until, next_try_at, outcome, created_at, settled_at)
       SELECT (left(idempotency_key_floor(made)::text, 14) || '7' || lpad(to_hex(n), 3, '0') || '-8000-000000000000')::uuid,
              'chaos', 'checkout.placeOrder', 'op_chaos_' || $1 || '_' || day || '_' || n, 'chaos', '', 1, 'succeeded',
              1, '', made, made, '{}', made, made
         FROM generate_series(0, $2::int - 1) AS day, generate_series(1, $3::int) AS n,
              LATERAL (SELECT (current_date - $1::int + day)::timestamp AT TIME ZONE 'UTC' + n * interval '1 second' AS made) AS t`,
      [daysAgo, days, recordsPerDay],
    );
    // Days that no worker came to forget: a later round would wonder where they went.
    return async () => {
      await until(() => orIfUnreachable(takeAway(database.appUrl, daysAgo), false), {
        what: 'a database that takes old records away',
        limitMs: BACK_LIMIT_MS,
      });
    };
  },
  async inject({ database, ...site }, { target, params: { daysAgo, days } }) {
    const worker = site.process(target);
    await worker.stop();
    await worker.start();
    return {
      // Whoever claims meanwhile claims in the table whose days go.
      isEverybodys: true,
      async felt() {
        await using observer = await Observer.connect({ adminUrl: database.adminUrl, name: 'purge' });
        const areGone = async () => {
          const { left } = await observer.row<{ left: number }>(
            `SELECT count(to_regclass('idempotency_record_' || to_char(current_date - $1::int + day, 'YYYYMMDD')))::int AS left
               FROM generate_series(0, $2::int - 1) AS day`,
            [daysAgo, days],
          );
          return left === 0;
        };
        const isOver = await seenInTime(areGone, {
          what: 'old days to be forgotten',
          limitMs: FORGOTTEN_LIMIT_MS,
          pauseMs: LOOK_PAUSE_MS,
        });
        return isOver ?? false;
      },
      heal: () => Promise.resolve(),
    };
  },
};

async function takeAway(appUrl: string, daysAgo: number): Promise<true> {
  await using observer = await Observer.connect({ adminUrl: appUrl, name: 'purge' });
  await observer.rows('DELETE FROM idempotency_record WHERE operation_id LIKE $1', [
    `op\\_chaos\\_${daysAgo}\\_%`,
  ]);
  return true;
}
