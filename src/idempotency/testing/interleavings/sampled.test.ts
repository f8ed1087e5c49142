import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryStage, runSchedule } from './run-schedule.ts';
import { schedules } from './schedule.ts';

const deep = process.env['DEEP'] === '1';
const SCHEDULES = deep ? 12_000 : 400;

/** On failure fast-check prints seed and path, and the schedule in the order in which its turns went. */
test(
  `${SCHEDULES} sampled interleavings of callers, completer, crashes and lost answers`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        schedules({ granularity: 'statements', callers: 4 }),
        async (scheduler, schedule) => {
          expect(await runSchedule(scheduler, schedule, memoryStage())).toEqual([]);
        },
      ),
      { numRuns: SCHEDULES },
    );
  },
  deep ? 600_000 : 30_000,
);
