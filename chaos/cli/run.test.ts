import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EnvironmentError } from '../environment-error.ts';
import { savedRuns } from '../saved/run-list.ts';
import { CommandBench, doubleCharge, reportOf, SCENARIOS, valid } from '../testing/command.ts';

let bench: CommandBench;
beforeEach(() => void (bench = new CommandBench()));
afterEach(() => bench[Symbol.dispose]());

const ALL = SCENARIOS.map(({ name }) => name);
const noToxiproxy = () => Promise.reject(new EnvironmentError('There is no Toxiproxy: install it with …'));

describe('what is run', () => {
  test('everything, if nothing is named', async () => {
    const { code, ran, out } = await bench.type('run');
    expect({ code, ran }).toEqual({ code: 0, ran: ALL });
    expect(out).toContain('✔ valid: 3 valid, 0 invalid, 0 unknown');
  });

  test('what is named, or what matches name or title', async () => {
    expect((await bench.type('run partition answer-lost')).ran).toEqual(['answer-lost', 'partition']);
    expect((await bench.type('run --grep DATABASE')).ran).toEqual(['slow-database', 'partition']);
    expect((await bench.type('run partition --grep late')).code).toBe(2);
  });

  test('with the seed that is given, or a new one that is told', async () => {
    const given = await bench.type('run --seed abc --smoke');
    expect(given.options[0]).toMatchObject({ seed: 'abc', smoke: true, control: true, schedules: null });
    const { err, options } = await bench.type('run');
    expect(options[0]?.seed).toMatch(/^[0-9a-f]{8}$/);
    expect(err).toContain(`seed ${options[0]?.seed}`);
    expect(options[0]?.smoke).toBe(false);
  });

  test('so often, each round with a seed of its own that comes from the one and is told', async () => {
    const { ran, options, err, out } = await bench.type(
      'run partition --repeat 3 --seed abc --reporter json',
    );
    const seeds = options.map(({ seed }) => seed);
    expect(ran).toEqual(['partition', 'partition', 'partition']);
    expect(seeds[0]).toBe('abc');
    expect(new Set(seeds).size).toBe(3);
    for (const seed of seeds) expect(err).toContain(`seed ${seed}`);
    const { scenarios } = JSON.parse(out) as { scenarios: { play: string; seed: string }[] };
    expect(scenarios.map(({ play }) => play)).toEqual(['partition', 'partition.2', 'partition.3']);
    expect(scenarios.map(({ seed }) => seed)).toEqual(seeds);
    expect((await bench.type('run partition --repeat 3 --seed abc')).options.map(({ seed }) => seed)).toEqual(
      seeds,
    );
  });

  test('in shards that share all scenarios out, and each is in exactly one', async () => {
    const shards = await Promise.all([1, 2].map((number) => bench.type(`run --shard ${number}/2`)));
    const ran = shards.map((shard) => shard.ran);
    expect(ran.flat().toSorted()).toEqual(ALL.toSorted());
    expect(ran.map(({ length }) => length)).toEqual([2, 1]);
    const { code, err } = await bench.type('run --shard 4/4');
    expect(code).toBe(2);
    expect(err).toContain('Shard 4/4 is empty: there are 3 scenarios, so 3 shards at most.');
  });

  test('until the time is over, and one whole round at least', async () => {
    const pause = () => new Promise((resolve) => setTimeout(resolve, 150));
    const { ran, options, code } = await bench.type('run partition slow-database --for 1s', async (name) => {
      await pause();
      return reportOf(name);
    });
    expect(code).toBe(0);
    expect(ran.length).toBeGreaterThan(3);
    expect(ran.length).toBeLessThan(9);
    expect(options[0]?.forMs).toBe(1_000);
    const slow = await bench.type('run --for 1s', async (name) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return reportOf(name);
    });
    expect(slow.ran).toEqual(ALL);
  });

  test('on the shop as it is, or with bugs put in that are saved with it', async () => {
    const { options, err } = await bench.type('run partition');
    expect(options[0]?.weakening).toEqual({ sabotage: [], withoutGuard: false });
    expect(err).not.toContain('no verdict on the shop');
    const weakened = await bench.type('run partition --sabotage unprotected,naive --no-guard');
    const weakening = { sabotage: ['unprotected', 'naive'], withoutGuard: true };
    expect(weakened.options[0]?.weakening).toEqual(weakening);
    expect(weakened.err).toContain('with unprotected, naive put in, without the intent guard');
    expect((await bench.type('replay last')).options[0]?.weakening).toEqual(weakening);
  });

  test('until the first violation, if nobody wants to see more', async () => {
    const { code, ran, err } = await bench.type('run --bail', (name, options) =>
      name === 'slow-database' ? doubleCharge(name, options) : valid(name, options),
    );
    expect({ code, ran }).toEqual({ code: 1, ran: ['answer-lost', 'slow-database'] });
    expect(err).toContain('Bailed out: 1 of 3 were not begun.');
  });
});

describe('--last-failed', () => {
  test('runs what was not valid in the last run', async () => {
    await bench.type('run', doubleCharge);
    await bench.type('run', async (name) => ({
      ...reportOf(name),
      verdict: name === 'partition' ? 'unknown' : 'valid',
    }));
    expect((await bench.type('run --last-failed')).ran).toEqual(['partition']);
  });

  test.each([
    ['there was no run', false, 'run --last-failed', 'No run was saved yet, so none has failed'],
    ['nothing failed', true, 'run --last-failed', 'everything that was played was valid'],
    ['names are given too', true, 'run partition --last-failed', 'leave the names or --last-failed out'],
  ])('is refused when %s', async (_why, hasRun, line, complaint) => {
    if (hasRun) await bench.type('run');
    const { code, err, ran } = await bench.type(line);
    expect({ code, ran }).toEqual({ code: 2, ran: [] });
    expect(err).toContain(complaint);
  });
});

describe('the exit code', () => {
  test.each([
    ['run --sed abc', '--seed'],
    ['run nothing-like-it', 'There is no scenario nothing-like-it'],
    ['run --grep zzz', 'No scenario matched'],
    ['run --grep (', 'no regular expression'],
    ['run --reporter dots', "there is no reporter 'dots'"],
    ['run --reporter json,junit', 'only one of json, junit can be printed'],
    ['run --reporter list,list', 'list is asked for twice'],
    ['run --repeat 0', "'0' is no whole number from 1 to"],
    ['run --repeat 2.5', "'2.5' is no whole number"],
    ['run --sabotage a,,b', "'a,,b' is no list of names"],
    ['run --for 30', "'30' is no duration: say 90s, 30m or 2h"],
    ['run --for 0s', "'0s' is no duration"],
    ['run --for 25h', 'more than a day'],
    ['run --for 30m --repeat 2', "cannot be used with option '--repeat"],
    ['run --shard 3/2', "'3/2' is no shard"],
    ['run --shard half', "'half' is no shard"],
    ['walk', "unknown command 'walk'"],
    ['list everything', 'too many arguments'],
  ])('is 2 for %j, which runs nothing', async (line, complaint) => {
    const { code, err, ran } = await bench.type(line);
    expect({ code, ran }).toEqual({ code: 2, ran: [] });
    expect(err).toContain(complaint);
    expect(savedRuns(bench.reportsDir)).toEqual([]);
  });

  test('is 0 for help that was asked for', async () => {
    expect((await bench.type('run --help')).code).toBe(0);
  });

  test('is 1 for a violation', async () => {
    expect((await bench.type('run answer-lost', doubleCharge)).code).toBe(1);
  });

  test('is 4 for what proves nothing', async () => {
    const unknown = await bench.type('run answer-lost', async (name) => ({
      ...reportOf(name),
      verdict: 'unknown',
    }));
    expect(unknown.code).toBe(4);
    const crashed = await bench.type('run answer-lost', () => Promise.reject(new Error('no such table')));
    expect(crashed.code).toBe(4);
    expect(crashed.out).toContain('the harness crashed: Error: no such table');
  });

  test('is 3 where it cannot be run at all, unless a violation was seen before', async () => {
    const { code, err } = await bench.type('run', noToxiproxy);
    expect(code).toBe(3);
    expect(err).toContain('There is no Toxiproxy');
    const later = await bench.type('run', (name, options) =>
      name === 'answer-lost' ? doubleCharge(name, options) : noToxiproxy(),
    );
    expect(later.code).toBe(1);
  });
});

describe('Ctrl-C', () => {
  test('ends with a report of what was done, and never with a green one', async () => {
    const interrupt = new AbortController();
    const { code, out, err, ran } = await bench.type(
      'run',
      async (name) => {
        if (name === 'slow-database') interrupt.abort();
        return reportOf(name);
      },
      { interrupt },
    );
    expect({ code, ran }).toEqual({ code: 4, ran: ['answer-lost', 'slow-database'] });
    expect(out).toContain('? unknown: 2 valid, 0 invalid, 0 unknown');
    expect(err).toContain('Interrupted: 1 of 3 were not begun.');
    expect(savedRuns(bench.reportsDir)[0]?.record).toMatchObject({ verdict: 'unknown', complete: false });
  });

  test('is what a scenario is unknown for that was thrown out of its work', async () => {
    const interrupt = new AbortController();
    const { code, out } = await bench.type(
      'run answer-lost',
      () => {
        interrupt.abort();
        return Promise.reject(new Error('aborted'));
      },
      { interrupt },
    );
    expect(code).toBe(4);
    expect(out).toContain('it was interrupted');
  });
});

describe('reporters', () => {
  test('json alone has standard output for itself', async () => {
    const { out, err } = await bench.type('run partition --reporter list,dot,json --seed abc');
    expect(JSON.parse(out)).toMatchObject({
      seed: 'abc',
      verdict: 'valid',
      scenarios: [{ name: 'partition' }],
    });
    expect(err).toContain('✔ partition: valid');
  });

  test('write files where they are told to', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'chaos-report-'));
    try {
      await bench.type(
        `run partition --reporter list,json:${directory}/deep/r.json,junit:${directory}/r.xml`,
      );
      expect(JSON.parse(readFileSync(join(directory, 'deep/r.json'), 'utf8'))).toMatchObject({
        verdict: 'valid',
      });
      expect(readFileSync(join(directory, 'r.xml'), 'utf8')).toContain('<testsuite name="partition"');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('github adds a summary to the page of the workflow, if there is one', async () => {
    const summary = join(bench.reportsDir, 'summary.md');
    const environment = { GITHUB_STEP_SUMMARY: summary };
    const { out } = await bench.type('run partition --reporter github', doubleCharge, { environment });
    expect(out).toMatch(
      /^::error file=chaos\/scenarios\/partition\.ts,title=partition%3A one-capture-per-intent/,
    );
    expect(readFileSync(summary, 'utf8')).toContain('| ✘ invalid | `partition` |');
  });
});
