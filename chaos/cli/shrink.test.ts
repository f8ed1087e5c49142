import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { savedRuns } from '../saved/run-list.ts';
import type { RunScenario } from '../scenario.ts';
import { readSchedules } from '../schedule/schedule-file.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { CommandBench, doubleCharge, reportOf, valid } from '../testing/command.ts';

let bench: CommandBench;
beforeEach(() => void (bench = new CommandBench()));
afterEach(() => bench[Symbol.dispose]());

/** Fails whenever it is drawn, and of what is given if two certain purchases are in it. */
const needsTwo: RunScenario = (name, options) => {
  const [schedule] = options.schedules ?? [];
  const customers = new Set(schedule?.intents.map(({ customer }) => customer));
  const isBroken = schedule === undefined || (customers.has('plain-2') && customers.has('product-3'));
  return isBroken ? doubleCharge(name, options) : valid(name, options);
};

function lastRun() {
  const run = savedRuns(bench.reportsDir).at(-1);
  if (run === undefined) throw new Error('nothing was saved');
  return run;
}

function savedSchedule(play: string): Schedule {
  const [schedule] = readSchedules(join(lastRun().playPath(play), 'schedule.json'));
  if (schedule === undefined) throw new Error('nothing was saved');
  return schedule;
}

describe('shrink', () => {
  test('finds what it takes, says how often that breaks the same, and saves it', async () => {
    await bench.type('run partition --seed abc', needsTwo);
    const failed = lastRun();
    const { code, err, options } = await bench.type(`shrink ${failed.id} --confirm 3`, needsTwo);
    expect(code).toBe(0);
    expect(err).toContain('became 0 faults, 2 clients, 2 purchases');
    expect(err).toContain('nothing else can be left out');
    expect(err).toContain('one-capture-per-intent / second-capture was found in 3 of 3 runs');
    expect(options.every(({ control, smoke }) => !control && !smoke)).toBe(true);

    const { record } = lastRun();
    expect(record).toMatchObject({ replayOf: failed.id, verdict: 'invalid' });
    expect(record.plays.map(({ name }) => name)).toEqual([
      'partition.shrunk',
      'partition.shrunk-2',
      'partition.shrunk-3',
    ]);
    const customers = savedSchedule('partition.shrunk').intents.map(({ customer }) => customer);
    expect(customers.toSorted()).toEqual(['plain-2', 'product-3']);
  });

  test('takes another violation for none', async () => {
    await bench.type('run partition', needsTwo);
    // Smaller schedules break something else.
    const { err } = await bench.type('shrink last', async (name, options) => {
      const [schedule] = options.schedules ?? [];
      if ((schedule?.intents.length ?? 0) > 10) return doubleCharge(name, options);
      return reportOf(name, ({ state }) => void state.database.orders.splice(0, 1));
    });
    expect(err).toMatch(/became 0 faults, \d clients, 11 purchases/);
  });

  test('that finds nothing again says so, and proves nothing', async () => {
    await bench.type('run partition', doubleCharge);
    const { code, err, ran } = await bench.type('shrink last --tries 3', valid);
    expect({ code, times: ran.length }).toEqual({ code: 4, times: 3 });
    expect(err).toContain('Not found again in 3 runs of the whole schedule: nothing was made smaller.');
  });

  test('keeps to its budget', async () => {
    await bench.type('run partition', needsTwo);
    const { err, ran } = await bench.type('shrink last --runs 5 --confirm 1', needsTwo);
    expect(ran).toHaveLength(6);
    expect(err).toContain('the budget was spent, it may go on');
  });

  test.each([
    ['shrink last', valid, 'Nothing was violated'],
    ['shrink last', doubleCharge, 'Several plays of'],
    [
      'shrink last partition --violation money-balances/nonsense',
      doubleCharge,
      'partition has no money-balances',
    ],
    ['shrink last partition --violation nonsense', doubleCharge, "'nonsense' is no violation"],
    ['export last', doubleCharge, 'Several plays of'],
    ['export last elsewhere', doubleCharge, 'has no elsewhere'],
  ])('%j is refused with a sentence', async (line, scenario, complaint) => {
    await bench.type('run partition slow-database', scenario);
    const { code, err, ran } = await bench.type(line, scenario);
    expect({ code, ran }).toEqual({ code: 2, ran: [] });
    expect(err).toContain(complaint);
  });
});

describe('export', () => {
  test('writes the schedule as a test that expects nothing to be broken', async () => {
    await bench.type('run partition --seed abc', needsTwo);
    await bench.type('shrink last', needsTwo);
    const { code, out } = await bench.type('export last');
    expect(code).toBe(0);
    const file = readFileSync(out.trim(), 'utf8');
    expect(out.trim()).toMatch(/regressions\/partition-abc\.integration\.test\.ts$/);
    expect(file).toContain("import { playSchedule, SCHEDULE_LIMIT_MS } from '../testing/play-schedule.ts';");
    expect(file).toContain('expect(violations).toEqual([]);');
    const [, literal = ''] = /const SCHEDULE: Schedule = (\{.*?\n\});/s.exec(file) ?? [];
    expect(runInNewContext(`(${literal})`)).toEqual(savedSchedule('partition.shrunk'));
  });

  test('writes over nothing that it is not told to', async () => {
    await bench.type('run partition --seed abc', doubleCharge);
    expect((await bench.type('export last')).code).toBe(0);
    const again = await bench.type('export last');
    expect(again.code).toBe(2);
    expect(again.err).toContain('is there already: say --force');
    expect((await bench.type('export last --force')).code).toBe(0);
    const elsewhere = join(bench.reportsDir, 'a/b/c.test.ts');
    await bench.type(`export last --out ${elsewhere}`);
    expect(readFileSync(elsewhere, 'utf8')).toContain("from '../../testing/play-schedule.ts'");
  });
});
