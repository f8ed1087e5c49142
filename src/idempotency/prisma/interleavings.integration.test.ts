import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../stack/testing/database.ts';
import { connect, type Database } from '../../database/database.ts';
import { runSchedule, schedules } from '../testing/interleavings/index.ts';
import { PostgresStage, STAGE_TABLES } from './testing/postgres-stage.ts';

const deep = process.env['DEEP'] === '1';
const SCHEDULES = deep ? 600 : 25;
const APPLICATION_NAME = 'interleavings';

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
let admin: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  // A connection for every statement that may be open at once: nobody waits for a connection, which would look like neither answer nor lock.
  database = connect({ url: testDatabase.appUrl, applicationName: APPLICATION_NAME, poolSize: 24 });
  admin = connect({ url: testDatabase.adminUrl, applicationName: 'interleavings-admin', poolSize: 1 });
  for (const sql of STAGE_TABLES) await database.$executeRawUnsafe(sql);
});

afterAll(async () => {
  await database.$disconnect();
  await admin.$disconnect();
  await testDatabase[Symbol.asyncDispose]();
});

/** On failure fast-check prints seed and path, and the schedule in the order in which its turns went. */
test(
  `${SCHEDULES} sampled interleavings on Postgres`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        schedules({ granularity: 'statements', callers: 3 }),
        async (scheduler, schedule) => {
          const stage = new PostgresStage({ client: database, admin, applicationName: APPLICATION_NAME });
          await stage.clear();
          expect(await runSchedule(scheduler, schedule, stage)).toEqual([]);
        },
      ),
      { numRuns: SCHEDULES },
    );
  },
  deep ? 1_200_000 : 60_000,
);
