import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryStage, runSchedule } from './run-schedule.ts';
import { schedules } from './schedule.ts';

const deep = process.env['DEEP'] === '1';
const SCHEDULES = deep ? 12_000 : 400;

const MUST_MEET = [
  'settled',
  'replayed',
  'taken_over',
  'fenced',
  'commit_unknown',
  'released',
  'compensating',
  'forgotten',
  'kept',
  'death',
];

/** On failure fast-check prints seed and path, and the schedule in the order in which its turns went. */
test(
  `${SCHEDULES} sampled interleavings of callers, completer, purge, crashes and lost answers`,
  async () => {
    const total = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        schedules({ granularity: 'statements', callers: 4 }),
        async (scheduler, schedule) => {
          const { wrong, met } = await runSchedule(scheduler, schedule, memoryStage());
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
  deep ? 600_000 : 30_000,
);
