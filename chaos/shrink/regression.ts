import type { CheckerName } from '../checkers/name.ts';
import type { Schedule } from '../schedule/schedule.ts';

export interface Regression {
  /** As the file is called. */
  name: string;
  schedule: Schedule;
  violation: { checker: CheckerName; kind: string };
  /** The run that it was found in. */
  run: string;
  /** The folder `chaos`, as imports of the file call it. */
  chaos: string;
}

/**
 * A Vitest file that plays a schedule through the harness and expects that nothing is broken: neither what
 * was once, nor anything else. The checker that found it must have been put to the test, or a schedule that
 * nobody can play any more would look like a bug that is gone.
 */
export function regressionFile({ name, schedule, violation, run, chaos }: Regression): string {
  const { checker, kind } = violation;
  return `import { expect, test } from 'vitest';
import type { Schedule } from '${chaos}/schedule/schedule.ts';
import { playSchedule, SCHEDULE_LIMIT_MS } from '${chaos}/testing/play-schedule.ts';

/** Found by \`chaos\` in the run ${run}: ${checker} / ${kind}. Written by \`chaos export\`. */
const SCHEDULE: Schedule = ${JSON.stringify(schedule, null, 2)};

test(
  ${JSON.stringify(`regression: ${schedule.scenario} with seed ${schedule.seed} breaks nothing (was ${checker} / ${kind})`)},
  async () => {
    const { violations, checkers } = await playSchedule(${JSON.stringify(name)}, SCHEDULE);
    expect(violations).toEqual([]);
    expect(checkers.find(({ checker }) => checker === ${JSON.stringify(checker)})?.verdict).toBe('valid');
  },
  SCHEDULE_LIMIT_MS,
);
`;
}
