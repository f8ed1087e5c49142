import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSchedules } from '../schedule/schedule-file.ts';
import { savedRuns } from '../saved/run-list.ts';
import type { SavedRun } from '../saved/saved-run.ts';
import { CommandBench, doubleCharge, valid } from '../testing/command.ts';

let bench: CommandBench;
beforeEach(() => void (bench = new CommandBench()));
afterEach(() => bench[Symbol.dispose]());

function lastRun(): SavedRun {
  const run = savedRuns(bench.reportsDir).at(-1);
  if (run === undefined) throw new Error('nothing was saved');
  return run;
}

describe('replay', () => {
  test('plays the saved schedules, and says whether the same was found again', async () => {
    await bench.type('run partition slow-database --seed abc', doubleCharge);
    const saved = lastRun();
    const { code, ran, options, err } = await bench.type(`replay ${saved.id} partition`);
    expect({ code, ran }).toEqual({ code: 0, ran: ['partition'] });
    expect(options[0]?.schedules).toEqual(readSchedules(join(saved.path, 'partition', 'schedule.json')));
    expect(err).toContain('partition: one-capture-per-intent / second-capture was found again in 0 of 1.');
    expect(lastRun().record).toMatchObject({ replayOf: saved.id, seed: 'abc' });
  });

  test('may be repeated, and then tells how often', async () => {
    await bench.type('run partition', doubleCharge);
    let times = 0;
    const { err, ran } = await bench.type('replay last --repeat 3 --no-control', (name, options) => {
      expect(options.control).toBe(false);
      times += 1;
      return times === 2 ? valid(name, options) : doubleCharge(name, options);
    });
    expect(ran).toHaveLength(3);
    expect(err).toContain('second-capture was found again in 2 of 3.');
  });

  test.each([
    ['replay nothing', 'There is no run nothing. The last ones: 2'],
    ['replay last elsewhere', 'has no elsewhere; it played partition.'],
    ['replay', 'missing required argument'],
  ])('%j is refused with a sentence', async (line, complaint) => {
    await bench.type('run partition');
    const { code, err, ran } = await bench.type(line);
    expect({ code, ran }).toEqual({ code: 2, ran: [] });
    expect(err).toContain(complaint);
  });

  test('refuses when nothing was saved yet', async () => {
    const { code, err } = await bench.type('replay last');
    expect(code).toBe(2);
    expect(err).toContain('No run was saved yet');
  });

  test('of an older format says so, and what may do instead', async () => {
    await bench.type('run partition --seed abc');
    const { path } = lastRun();
    writeFileSync(join(path, 'partition', 'schedule.json'), '[{"seed":"abc"}]');
    const { code, err, ran } = await bench.type('replay last');
    expect({ code, ran }).toEqual({ code: 2, ran: [] });
    expect(err).toContain('an older one, and this harness plays format 2');
    expect(err).toContain('chaos run partition --seed abc');

    const record = join(path, 'run.json');
    writeFileSync(record, readFileSync(record, 'utf8').replace('"format": 2', '"format": 0'));
    expect((await bench.type('replay last')).err).toContain('has format 0');
  });
});
