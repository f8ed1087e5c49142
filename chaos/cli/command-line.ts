import type { Command } from 'commander';
import type { Check } from '../doctor/check.ts';
import type { ExitCode } from '../exit-code.ts';
import type { RunScenario, ScenarioSummary } from '../scenario.ts';

/** What a terminal that can be redrawn is to whoever draws on it. */
export interface Terminal {
  /** Its width at this moment. */
  columns(): number;
  rows(): number;
  isColored: boolean;
  write(text: string): void;
}

/** All that the command reaches outside of itself, so that a test can run it without a process. */
export interface CommandLine {
  scenarios: readonly ScenarioSummary[];
  runScenario: RunScenario;
  /** Where runs are saved, each in a directory of its own. */
  reportsDir: string;
  /** What `doctor` looks at. */
  checks: readonly Check[];
  /** Where `export` puts what it writes. */
  regressionsDir: string;
  environment: Readonly<Record<string, string | undefined>>;
  print(text: string): void;
  /** For progress and complaints: standard output may belong to a machine. */
  printError(text: string): void;
  /** Where progress is drawn in place; null where it can't be: in CI, into a pipe. */
  terminal: Terminal | null;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

export interface CommandContext {
  io: CommandLine;
  /** What was typed after the program's name. */
  argv: readonly string[];
  /** Is told what the command ends with; else it ends valid. */
  end(code: ExitCode): void;
}

/** Adds one command to the program. */
export type AddCommand = (program: Command, context: CommandContext) => void;

/** What was typed can't be done; the message says why, and what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
