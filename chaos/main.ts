import { fileURLToPath } from 'node:url';
import type { Terminal } from './cli/command-line.ts';
import { runCommandLine } from './cli/index.ts';
import { checksOf } from './doctor/checks.ts';
import { EXIT_CODE } from './exit-code.ts';
import { runScenario } from './run/run-scenario.ts';
import { scenarios } from './scenarios/index.ts';

const { stderr, env } = process;
const terminal: Terminal | null =
  stderr.isTTY && !env['CI'] && env['TERM'] !== 'dumb'
    ? {
        columns: () => stderr.columns,
        rows: () => stderr.rows,
        // https://no-color.org
        isColored: !env['NO_COLOR'],
        write: (text) => void stderr.write(text),
      }
    : null;

// The first Ctrl-C lets the scenario stop its processes and tell what it knows; a second one is from
// somebody who doesn't want to wait for that. What is left then the stacks' guardians end.
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted.signal.aborted) process.exit(EXIT_CODE.unknown);
    // The live tree says so itself.
    if (terminal === null) process.stderr.write('\nStopping everything; once more to leave at once.\n');
    interrupted.abort();
  });
}

// Thrown out of their work all at once, some are nobody's to wait for any more. Any other crash ends the
// command, and must not look like a verdict: Node's own code for it is that of a violation.
process.on('unhandledRejection', (reason) => {
  if (!interrupted.signal.aborted) throw reason;
});
process.on('uncaughtException', (error) => {
  stderr.write(`The harness crashed: ${error.stack ?? error.message}\n`);
  process.exit(EXIT_CODE.unknown);
});

const reportsDir = fileURLToPath(new URL('../reports/chaos', import.meta.url));
process.exitCode = await runCommandLine(process.argv.slice(2), {
  scenarios,
  runScenario,
  reportsDir,
  checks: checksOf(reportsDir),
  regressionsDir: fileURLToPath(new URL('regressions', import.meta.url)),
  environment: process.env,
  print: (text) => void process.stdout.write(text),
  printError: (text) => void process.stderr.write(text),
  terminal,
  signal: interrupted.signal,
});
