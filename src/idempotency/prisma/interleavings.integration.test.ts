import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSchedule, schedules } from '../testing/interleavings/index.ts';
import { PostgresStage, STAGE_TABLES } from './testing/postgres-stage.ts';
import { TestDatabase, type TestClient } from './testing/test-database.ts';

const deep = process.env['DEEP'] === '1';
const SCHEDULES = deep ? 1_000 : 80;
const APPLICATION_NAME = 'interleavings';

let testDatabase: TestDatabase;
let database: TestClient;
let admin: TestClient;

beforeAll(async () => {
  testDatabase = await TestDatabase.create();
  // A connection for every statement that may be open at once: nobody waits for a connection, which would look like neither answer nor lock.
  database = await testDatabase.connect({ applicationName: APPLICATION_NAME, poolSize: 24 });
  admin = await testDatabase.connect({ applicationName: 'interleavings-admin', poolSize: 1 });
  for (const sql of STAGE_TABLES) await database.$executeRawUnsafe(sql);
});

afterAll(() => testDatabase[Symbol.asyncDispose]());

const MUST_MEET = ['settled', 'replayed', 'taken_over', 'forgotten', 'death'];

/** On failure fast-check prints seed and path, and the schedule in the order in which its turns went. */
test(
  `${SCHEDULES} sampled interleavings on Postgres`,
  async () => {
    const total = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        schedules({ granularity: 'statements', callers: 3 }),
        async (scheduler, schedule) => {
          const stage = new PostgresStage({ client: database, admin, applicationName: APPLICATION_NAME });
          await stage.clear();
          const { wrong, met } = await runSchedule(scheduler, schedule, stage);
          expect(wrong).toEqual([]);
          for (const [what, count] of met) total.set(what, (total.get(what) ?? 0) + count);
        },
      ),
      { numRuns: SCHEDULES },
    );
    const met = [...total]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([what, count]) => `${count} ${what}`);
    process.stdout.write(`${SCHEDULES} schedules met: ${met.join(', ')}\n`);
    // A schedule in which nothing happens shows nothing.
    expect(MUST_MEET.filter((what) => !total.has(what))).toEqual([]);
  },
  deep ? 1_200_000 : 120_000,
);
