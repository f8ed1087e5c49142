import { Command, CommanderError } from 'commander';
import { EnvironmentError } from '../environment-error.ts';
import { EXIT_CODE } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { addAgainst } from './against.ts';
import { UsageError } from './command-line.ts';
import type { AddCommand, CommandLine } from './command-line.ts';
import { addDoctor } from './doctor.ts';
import { addExport } from './export.ts';
import { addList } from './list.ts';
import { addMutants } from './mutants.ts';
import { addReplay } from './replay.ts';
import { addReport } from './report.ts';
import { addRun } from './run.ts';
import { addShrink } from './shrink.ts';
import { addSimulate } from './simulate.ts';

/** One file each, in the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addRun,
  addList,
  addReplay,
  addShrink,
  addExport,
  addReport,
  addMutants,
  addSimulate,
  addAgainst,
  addDoctor,
];

/** The whole command but its wiring: takes the arguments after the program's name, returns the exit code. */
export async function runCommandLine(argv: readonly string[], io: CommandLine): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODE.valid;
  const program = new Command('chaos')
    .description('Runs scenarios against the shop and judges from outside whether its promises held.')
    .exitOverride()
    .configureOutput({
      writeOut: io.print,
      writeErr: io.printError,
      outputError: (text, write) => write(text),
    })
    .showHelpAfterError('(chaos --help tells what there is)');
  const end = (code: ExitCode) => {
    exitCode = code;
  };
  for (const add of COMMANDS) add(program, { io, argv, end });

  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    // Help that was asked for is no mistake.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.valid : EXIT_CODE.usage;
    if (!(error instanceof UsageError) && !(error instanceof EnvironmentError)) throw error;
    io.printError(`${error.message}\n`);
    return error instanceof UsageError ? EXIT_CODE.usage : EXIT_CODE.environment;
  }
  return exitCode;
}
