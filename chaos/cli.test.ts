import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from './cli.ts';
import { EnvironmentError } from './environment-error.ts';
import type { ScenarioReport } from './report/report.ts';
import type { RunOptions, RunScenario } from './scenario.ts';
import { cleanRun } from './testing/clean-run.ts';
import { judge } from './verdict.ts';

const SCENARIOS = [
  { name: 'answer-lost', title: 'The answer is lost at the edge after the commit.' },
  { name: 'slow-database', title: 'The database answers late.' },
  { name: 'partition', title: 'The database is cut off in both directions.' },
];

function reportOf(
  name: string,
  breakIt: (run: ReturnType<typeof cleanRun>) => void = () => {},
): ScenarioReport {
  const run = cleanRun();
  breakIt(run);
  return judge({
    name,
    history: run.history,
    state: run.state,
    exercises: [],
    requiredEvidence: [],
    control: 'not-asked',
    planted: null,
    trouble: [],
    durationMs: 1,
    historyPath: null,
  });
}

const valid: RunScenario = async (name) => reportOf(name);
const doubleCharge = async (name: string) =>
  reportOf(name, ({ state }) => {
    const [charge] = state.ledger.charges;
    if (charge !== undefined) state.ledger.charges.push({ ...charge, id: 'ch_again' });
  });

async function command(line: string, runScenario: RunScenario = valid, interrupt = new AbortController()) {
  const ran: [string, RunOptions][] = [];
  let out = '';
  let err = '';
  const code = await runCommandLine(line.split(' '), {
    scenarios: SCENARIOS,
    runScenario: async (name, options) => {
      ran.push([name, options]);
      return runScenario(name, options);
    },
    print: (text) => void (out += text),
    printError: (text) => void (err += text),
    reportsDir: '/nowhere',
    signal: interrupt.signal,
  });
  return { code, out, err, ran: ran.map(([name]) => name), options: ran[0]?.[1] };
}

describe('what is run', () => {
  test('everything, if nothing is named', async () => {
    const { code, ran, out } = await command('run');
    expect({ code, ran }).toEqual({ code: 0, ran: ['answer-lost', 'slow-database', 'partition'] });
    expect(out).toContain('✔ valid: 3 valid, 0 invalid, 0 unknown');
  });

  test('what is named, or what matches name or title', async () => {
    expect((await command('run partition answer-lost')).ran).toEqual(['answer-lost', 'partition']);
    expect((await command('run --grep DATABASE')).ran).toEqual(['slow-database', 'partition']);
    expect((await command('run partition --grep late')).code).toBe(2);
  });

  test('with the seed that is given, or a new one that is told', async () => {
    expect((await command('run --seed abc --smoke')).options).toMatchObject({ seed: 'abc', smoke: true });
    const { err, options } = await command('run');
    expect(options?.seed).toMatch(/^[0-9a-f]{8}$/);
    expect(err).toContain(`seed ${options?.seed}`);
    expect(options?.smoke).toBe(false);
  });

  test('list names them', async () => {
    const { code, out, ran } = await command('list');
    expect({ code, ran }).toEqual({ code: 0, ran: [] });
    expect(out.split('\n')[0]).toBe('answer-lost    The answer is lost at the edge after the commit.');
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
    ['walk', "unknown command 'walk'"],
    ['list everything', 'too many arguments'],
  ])('is 2 for %j, which runs nothing', async (line, complaint) => {
    const { code, err, ran } = await command(line);
    expect({ code, ran }).toEqual({ code: 2, ran: [] });
    expect(err).toContain(complaint);
  });

  test('is 0 for help that was asked for', async () => {
    expect((await command('run --help')).code).toBe(0);
  });

  test('is 1 for a violation', async () => {
    expect((await command('run answer-lost', doubleCharge)).code).toBe(1);
  });

  test('is 4 for what proves nothing', async () => {
    expect(
      (await command('run answer-lost', async (name) => ({ ...reportOf(name), verdict: 'unknown' }))).code,
    ).toBe(4);
    const crashed = await command('run answer-lost', () => Promise.reject(new Error('no such table')));
    expect(crashed.code).toBe(4);
    expect(crashed.out).toContain('the harness crashed: Error: no such table');
  });

  test('is 3 where it cannot be run at all, unless a violation was seen before', async () => {
    const noToxiproxy = () =>
      Promise.reject(new EnvironmentError('There is no Toxiproxy: install it with …'));
    const { code, err } = await command('run', noToxiproxy);
    expect(code).toBe(3);
    expect(err).toContain('There is no Toxiproxy');
    const later = await command('run', (name) =>
      name === 'answer-lost' ? doubleCharge(name) : noToxiproxy(),
    );
    expect(later.code).toBe(1);
  });
});

describe('Ctrl-C', () => {
  test('ends with a report of what was done, and never with a green one', async () => {
    const interrupt = new AbortController();
    const { code, out, err, ran } = await command(
      'run',
      async (name) => {
        if (name === 'slow-database') interrupt.abort();
        return reportOf(name);
      },
      interrupt,
    );
    expect({ code, ran }).toEqual({ code: 4, ran: ['answer-lost', 'slow-database'] });
    expect(out).toContain('? unknown: 2 valid, 0 invalid, 0 unknown');
    expect(err).toContain('Interrupted: 1 scenarios were not begun');
  });

  test('is what a scenario is unknown for that was thrown out of its work', async () => {
    const interrupt = new AbortController();
    const { code, out } = await command(
      'run answer-lost',
      () => {
        interrupt.abort();
        return Promise.reject(new Error('aborted'));
      },
      interrupt,
    );
    expect(code).toBe(4);
    expect(out).toContain('it was interrupted');
  });
});

describe('reporters', () => {
  test('json alone has standard output for itself', async () => {
    const { out, err } = await command('run partition --reporter list,json --seed abc');
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
      await command(`run partition --reporter list,json:${directory}/deep/r.json,junit:${directory}/r.xml`);
      expect(JSON.parse(readFileSync(join(directory, 'deep/r.json'), 'utf8'))).toMatchObject({
        verdict: 'valid',
      });
      expect(readFileSync(join(directory, 'r.xml'), 'utf8')).toContain('<testsuite name="partition"');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
