import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { AddCommand, CommandLine } from '../cli/command-line.ts';
import { runCommandLine } from '../cli/index.ts';
import type { ExitCode } from '../exit-code.ts';
import type { ScenarioReport } from '../report/report.ts';
import { CLIENT_LIMITS } from '../run/limits.ts';
import { SCHEDULE_FILE, scheduleFile } from '../schedule/schedule-file.ts';
import { drawSchedule } from '../schedule/draw.ts';
import type { RunOptions, RunScenario } from '../scenario.ts';
import { judge } from '../verdict.ts';
import { cleanRun } from './clean-run.ts';
import type { HandMade } from './hand-made.ts';

export const SCENARIOS = [
  { name: 'answer-lost', title: 'The answer is lost at the edge after the commit.' },
  { name: 'slow-database', title: 'The database answers late.' },
  { name: 'partition', title: 'The database is cut off in both directions.' },
];

/** What a hand-made run comes to. */
export function reportOf(name: string, breakIt: (run: HandMade) => void = () => {}): ScenarioReport {
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

/** A scenario in which everything goes well, and one in which a card is charged twice. */
export const valid: RunScenario = async (name) => reportOf(name);
export const doubleCharge: RunScenario = async (name) =>
  reportOf(name, ({ state }) => {
    const [charge] = state.ledger.charges;
    if (charge !== undefined) state.ledger.charges.push({ ...charge, id: 'ch_again' });
  });

export interface Ended {
  code: ExitCode;
  out: string;
  err: string;
  /** The scenarios that were run, in order. */
  ran: string[];
  /** What they were run with. */
  options: RunOptions[];
}

export interface CommandChanges extends Partial<CommandLine> {
  interrupt?: AbortController;
}

/**
 * Runs the command line without a process: no scenario touches anything but its own directory, and what
 * is saved lies in a directory that goes with this.
 */
export class CommandBench implements Disposable {
  readonly reportsDir = mkdtempSync(join(tmpdir(), 'chaos-command-'));

  [Symbol.dispose](): void {
    rmSync(this.reportsDir, { recursive: true });
  }

  /** `line` is split at spaces. */
  async type(line: string, runScenario: RunScenario = valid, changes: CommandChanges = {}): Promise<Ended> {
    const { interrupt = new AbortController(), ...others } = changes;
    const options: RunOptions[] = [];
    const ran: string[] = [];
    const { io, said } = this.#commandLine(interrupt.signal);
    const code = await runCommandLine(line.split(' '), {
      ...io,
      scenarios: SCENARIOS,
      runScenario: async (name, given) => {
        ran.push(name);
        options.push(given);
        const schedule = given.schedules ?? [drawn(name, given.seed)];
        writeFileSync(join(given.directory, SCHEDULE_FILE), JSON.stringify(scheduleFile(schedule)));
        return runScenario(name, given);
      },
      ...others,
    });
    return { code, ...said, ran, options };
  }

  /** As `type`, for one command by itself that is made of parts of the test's own, and runs no scenario. */
  async typeTo(
    command: AddCommand,
    line: string,
    interrupt = new AbortController(),
  ): Promise<Pick<Ended, 'out' | 'err'> & { code: ExitCode | undefined }> {
    const { io, said } = this.#commandLine(interrupt.signal);
    const codes: ExitCode[] = [];
    const argv = line.split(' ');
    const program = new Command('chaos').exitOverride().configureOutput({ writeErr: () => undefined });
    command(program, { io, argv, end: (code) => void codes.push(code) });
    await program.parseAsync(argv, { from: 'user' });
    return { code: codes[0], ...said };
  }

  #commandLine(signal: AbortSignal): { io: CommandLine; said: { out: string; err: string } } {
    const said = { out: '', err: '' };
    const io: CommandLine = {
      scenarios: [],
      runScenario: () => Promise.reject(new Error('no scenario is run')),
      reportsDir: this.reportsDir,
      checks: [],
      regressionsDir: join(this.reportsDir, 'regressions'),
      environment: {},
      print: (text) => void (said.out += text),
      printError: (text) => void (said.err += text),
      terminal: null,
      signal,
    };
    return { io, said };
  }
}

function drawn(scenario: string, seed: string) {
  return drawSchedule({
    seed,
    scenario,
    part: 'protected',
    hits: [{ name: 'lost' }],
    rounds: 1,
    topology: { webNodes: 1, workers: 1 },
    limits: CLIENT_LIMITS,
    faults: () => [],
  });
}
