import { fileURLToPath } from 'node:url';
import { runCommandLine } from './cli/index.ts';
import { EXIT_CODE } from './exit-code.ts';
import { runScenario } from './run/run-scenario.ts';
import { scenarios } from './scenarios/index.ts';

// The first Ctrl-C lets the scenario stop its processes and tell what it knows; a second one is from
// somebody who doesn't want to wait for that. What is left then the stacks' guardians end.
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted.signal.aborted) process.exit(EXIT_CODE.unknown);
    process.stderr.write('\nStopping everything; once more to leave at once.\n');
    interrupted.abort();
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
  scenarios,
  runScenario,
  reportsDir: fileURLToPath(new URL('../reports/chaos', import.meta.url)),
  environment: process.env,
  print: (text) => void process.stdout.write(text),
  printError: (text) => void process.stderr.write(text),
  terminal: null,
  signal: interrupted.signal,
});
