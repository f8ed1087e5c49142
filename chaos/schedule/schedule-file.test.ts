import { describe, expect, test } from 'vitest';
import { CLIENT_LIMITS } from '../run/limits.ts';
import { drawSchedule } from './draw.ts';
import { PARTS } from './schedule.ts';
import type { Schedule } from './schedule.ts';
import { parseSchedules, readSchedules, scheduleFile, UnusableSchedule } from './schedule-file.ts';

function drawn(): Schedule[] {
  return PARTS.map((part) =>
    drawSchedule({
      seed: '5eed',
      scenario: 'partition',
      part,
      hits: [
        { name: 'cut', role: 'give-up' },
        { name: 'cut', node: 2, ownProduct: true },
      ],
      rounds: 2,
      topology: { webNodes: 2, workers: 1 },
      limits: CLIENT_LIMITS,
      faults: () => [],
    }),
  );
}

const parse = (file: unknown) => parseSchedules(JSON.stringify(file), 'a/schedule.json');

describe('a saved schedule', () => {
  test('is read as it was drawn, all parts of it', () => {
    expect(parse(scheduleFile(drawn()))).toEqual(drawn());
  });

  test.each([
    ['of an older harness', drawn(), 'a/schedule.json has a format without a number, an older one'],
    ['of another format', { ...scheduleFile(drawn()), format: 7 }, 'has format 7'],
    [
      'with a field that means nothing here',
      scheduleFile(drawn().map((schedule) => ({ ...schedule, weather: 'rain' }) as Schedule)),
      'schedules.0: Unrecognized key: "weather"',
    ],
    [
      'that lacks something',
      scheduleFile(drawn().map((schedule) => ({ ...schedule, intents: [{ nonce: 'a' }] }) as never)),
      'schedules.0.intents.0.customer',
    ],
    ['of nothing', scheduleFile([]), 'schedules: '],
  ])('is refused when it is one %s', (_what, file, complaint) => {
    expect(() => parse(file)).toThrow(UnusableSchedule);
    expect(() => parse(file)).toThrow(complaint);
  });

  test('is refused when it is no JSON, or not there', () => {
    expect(() => parseSchedules('{', 'x')).toThrow('x is no JSON');
    expect(() => readSchedules('/nowhere/schedule.json')).toThrow('There is no schedule at /nowhere');
  });
});
