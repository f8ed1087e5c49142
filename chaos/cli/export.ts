import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { SavedRun } from '../saved/saved-run.ts';
import { regressionFile } from '../shrink/regression.ts';
import { appOf } from './app-command-line.ts';
import { UsageError } from './command-line.ts';
import type { AddCommand, CommandLine } from './command-line.ts';
import { openRun, playsNamed } from './open-run.ts';
import { protectedOf, schedulesOf } from './replay.ts';
import { parseViolation, violatedPlay, violationOf, violationWords } from './violation.ts';
import type { ViolationKind } from './violation.ts';

interface Flags {
  violation?: ViolationKind;
  out?: string;
  force?: true;
}

export const addExport: AddCommand = (program, { io }) => {
  program
    .command('export')
    .description('write a failing schedule as a Vitest regression, to be played on the shop as it is')
    .argument('<run>', 'its name, the beginning of its name, or last')
    .argument('[play]', 'the play that violated something, if there are several')
    .option('--violation <checker/kind>', 'which one it is about (default: its first)', parseViolation)
    .option('--out <file>', 'where to (default: chaos/regressions)')
    .option('--force', 'also over a file that is there')
    .action(async (run: string, play: string | undefined, flags: Flags) => {
      await write(openRun(io, run), play, flags, io);
    });
};

async function write(
  saved: SavedRun,
  name: string | undefined,
  flags: Flags,
  io: CommandLine,
): Promise<void> {
  const app = appOf(saved);
  if (app !== null)
    throw new UsageError(
      `${saved.id} was played against ${app.appFile}, and a regression plays the shop: replay it instead.`,
    );
  const plays = playsNamed(saved, name === undefined ? [] : [name]);
  const play = name === undefined ? oneOf(saved, plays) : violatedPlay(saved.id, plays);
  const violation = violationOf(play, flags.violation);
  const schedule = protectedOf(schedulesOf(saved, play));
  const title = `${schedule.scenario}-${schedule.seed}`.replaceAll(/[^A-Za-z0-9-]/g, '-');
  const file = flags.out ?? join(io.regressionsDir, `${title}.integration.test.ts`);
  if (existsSync(file) && flags.force !== true)
    throw new UsageError(`${file} is there already: say --force to write over it, or --out for another.`);
  mkdirSync(dirname(file), { recursive: true });
  const chaos = importPath(dirname(file), dirname(io.regressionsDir));
  const text = regressionFile({ name: title, schedule, violation, run: saved.id, chaos });
  // The project's, wherever the file goes.
  const style = await resolveConfig(fileURLToPath(import.meta.url));
  writeFileSync(file, await format(text, { ...style, filepath: file }));
  io.print(`${file}\n`);
  io.printError(
    `It plays ${play.name} and expects no ${violationWords(violation)}, nor anything else that is broken:\n` +
      `npx vitest run --project integration ${file}\n`,
  );
}

/** How a file in `from` imports from `to`. */
function importPath(from: string, to: string): string {
  const path = relative(resolve(from), to).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Of a shrunk schedule's plays any will do: all are the same. */
function oneOf(saved: SavedRun, plays: ReturnType<typeof playsNamed>) {
  const isShrunk = plays.every(({ name, scenario }) => name.startsWith(`${scenario}.shrunk`));
  const violated = plays.filter(({ violations }) => violations.length > 0);
  return violatedPlay(saved.id, isShrunk ? violated.slice(0, 1) : plays);
}
