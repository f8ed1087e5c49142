import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OBSERVATIONS_FILE } from '../observations.ts';
import { HISTORY_FILE, STATE_FILE } from '../run/report-directory.ts';
import { savedRuns } from '../saved/run-list.ts';
import type { RunScenario } from '../scenario.ts';
import { CommandBench, doubleCharge, reportOf } from '../testing/command.ts';
import { smallPlay } from '../testing/small-play.ts';

let bench: CommandBench;
beforeEach(() => void (bench = new CommandBench()));
afterEach(() => bench[Symbol.dispose]());

/** Leaves in its directory what a real play leaves there. */
const leavesAll: RunScenario = async (name, { directory }) => {
  const { history, state, observations } = smallPlay();
  const lines = history.map((event) => `${JSON.stringify(event)}\n`).join('');
  writeFileSync(join(directory, HISTORY_FILE), lines);
  writeFileSync(join(directory, STATE_FILE), JSON.stringify(state));
  writeFileSync(join(directory, OBSERVATIONS_FILE), JSON.stringify(observations));
  return reportOf(name);
};

function lastRun() {
  const run = savedRuns(bench.reportsDir).at(-1);
  if (run === undefined) throw new Error('nothing was saved');
  return run;
}

describe('the page', () => {
  test('lies in the run’s own directory, or where it is asked to', async () => {
    const { err } = await bench.type('run partition --reporter html', leavesAll);
    const own = join(lastRun().path, 'report.html');
    expect(err).toContain(`page: ${own}`);
    expect(readFileSync(own, 'utf8')).toContain('the answer to attempt 1 died on the way back');
    const elsewhere = join(bench.reportsDir, 'deep/page.html');
    await bench.type(`report last --reporter html:${elsewhere}`);
    expect(readFileSync(elsewhere, 'utf8')).toBe(readFileSync(own, 'utf8'));
  });

  test('counts what faults met, in this run and over all', async () => {
    await bench.type('run partition --seed a --reporter html', leavesAll);
    await bench.type('run partition --seed b --repeat 2 --reporter html', leavesAll);
    const { record, path } = lastRun();
    expect(record.plays.map(({ grid }) => grid?.length)).toEqual([6, 6]);
    expect(readFileSync(join(path, 'report.html'), 'utf8')).toContain('<b>2</b> <small>3</small>');
  });
});

describe('report', () => {
  test('makes the reports of the last run again, and ends as it ended', async () => {
    const ran = await bench.type('run partition', doubleCharge);
    const again = await bench.type('report');
    expect(again).toMatchObject({ code: 1, out: ran.out, ran: [] });
    expect(existsSync(join(lastRun().path, 'report.html'))).toBe(true);
  });

  test('of a run whose histories are gone says so', async () => {
    await bench.type('run partition', leavesAll);
    const run = lastRun();
    rmSync(join(run.playPath('partition'), HISTORY_FILE));
    await bench.type(`report ${run.id}`);
    expect(readFileSync(join(run.path, 'report.html'), 'utf8')).toContain('Its histories were not kept');
  });

  test('--compare shows all saved runs', async () => {
    await bench.type('run partition --seed a', leavesAll);
    await bench.type('run partition --seed b', doubleCharge);
    const { code, out, err } = await bench.type('report --compare');
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(
      /^✔ \S+-a {2}1 valid, 0 invalid, 0 unknown; 6 operations, 0 duplicates/,
    );
    expect(out.split('\n')[1]).toMatch(
      /^✘ \S+-b {2}0 valid, 1 invalid, 0 unknown; 6 operations, 1 duplicates/,
    );
    expect(err).toContain('compare.html');
  });

  test.each([
    ['report', 'No run was saved yet'],
    ['report --compare', 'No run was saved yet'],
    ['report last --compare', 'leave the run or --compare out'],
    ['report --reporter pdf', "there is no reporter 'pdf'"],
  ])('%j is refused with a sentence', async (line, complaint) => {
    const { code, err } = await bench.type(line);
    expect(code).toBe(2);
    expect(err).toContain(complaint);
  });
});
