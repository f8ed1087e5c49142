import type { Check, Finding } from '../doctor/check.ts';
import { EXIT_CODE } from '../exit-code.ts';
import type { AddCommand } from './command-line.ts';

export const addDoctor: AddCommand = (program, { io, end }) => {
  program
    .command('doctor')
    .description('look whether everything is here that a run needs, and say how to get what isn’t')
    .action(async () => {
      const width = Math.max(...io.checks.map(({ name }) => name.length));
      let isComplete = true;
      for (const check of io.checks) {
        const finding = await check.look();
        io.print(`${lineOf(check, finding, width)}\n`);
        if (check.isNeeded && !finding.isThere) isComplete = false;
      }
      io.print(
        isComplete ? '\nEverything that is needed is here.\n' : '\nSomething that is needed is missing.\n',
      );
      end(isComplete ? EXIT_CODE.valid : EXIT_CODE.environment);
    });
};

/** ok, missing, or missing where that only limits what can be run. */
function lineOf({ name, isNeeded }: Check, finding: Finding, width: number): string {
  const label = name.padEnd(width);
  if (finding.isThere) return `✔ ${label}  ok: ${finding.detail}`;
  return `${isNeeded ? '✘' : '–'} ${label}  missing: ${finding.detail}\n  ${' '.repeat(width)}  → ${finding.get}`;
}
