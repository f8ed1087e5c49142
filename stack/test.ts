/**
 * `npm test`: sets up what the tests need, runs every suite, tells what failed, and closes with
 * `N passed, N failed`. `npm test -- unit chaos` runs only the suites named.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser.ts';
import { ensureBuilt } from './build.ts';
import { ensureGenerated } from './generated-client.ts';
import { stopWithLauncher } from './lifetime.ts';
import { print, toTerminal } from './progress.ts';
import { REPOSITORY } from './repository.ts';
import { loadSettings } from './settings-file.ts';
import * as suite from './suite.ts';
import { findToxiproxy } from './toxiproxy-binary.ts';

interface Suite {
  name: string;
  /** A program of this clone, and its arguments. */
  command: string[];
  /** Where it writes its report, and how that is counted. */
  report: string;
  count: (report: unknown) => suite.Counts;
  needs: (keyof typeof PREPARATIONS)[];
}

/** What a suite may need; each is made once, and quickly when it's there already. */
const PREPARATIONS = {
  client: () => ensureGenerated(toTerminal),
  production: () => ensureBuilt('production', toTerminal),
  chaos: () => ensureBuilt('chaos', toTerminal),
  toxiproxy: () => findToxiproxy(toTerminal),
  browser: () => findBrowser(toTerminal),
};

const REPORTS = join(REPOSITORY, 'reports');
const VITEST = 'node_modules/vitest/vitest.mjs';
const PLAYWRIGHT = 'node_modules/playwright/cli.js';

/** Cheapest first: what is broken shows early. */
const SUITES: Suite[] = [
  {
    name: 'unit',
    command: [
      VITEST,
      'run',
      '--project',
      'unit',
      '--reporter=default',
      '--reporter=json',
      '--outputFile.json=reports/unit.json',
    ],
    report: 'unit.json',
    count: suite.countVitest,
    needs: ['client'],
  },
  {
    name: 'integration',
    command: [
      VITEST,
      'run',
      '--project',
      'integration',
      '--reporter=default',
      '--reporter=json',
      '--outputFile.json=reports/integration.json',
    ],
    report: 'integration.json',
    count: suite.countVitest,
    needs: ['client', 'toxiproxy'],
  },
  {
    name: 'chaos',
    // One seed, so that a change is judged by what it changed. `npm run chaos -- run` draws a new one.
    // Those that have a control; `npm run chaos -- run` has all.
    command: [
      'chaos/main.ts',
      'run',
      'answer-lost-at-edge',
      'slow-database',
      'database-partitioned',
      'provider-answer-lost',
      'ambiguous-commit',
      '--smoke',
      '--seed',
      'b8',
      '--reporter',
      'list,json:reports/chaos.json',
    ],
    report: 'chaos.json',
    count: suite.countChaos,
    needs: ['production', 'chaos', 'toxiproxy'],
  },
  {
    name: 'mutants',
    // A minute or two of them, of those that die every time; all of them are played nightly.
    command: [
      'chaos/main.ts',
      'mutants',
      '--sample',
      '2',
      '--seed',
      'b8',
      '--reporter',
      'list,json:reports/mutants.json',
    ],
    report: 'mutants.json',
    count: suite.countMutants,
    needs: ['production', 'chaos', 'toxiproxy'],
  },
  {
    name: 'e2e',
    command: [PLAYWRIGHT, 'test', '-c', 'e2e/playwright.config.ts', '--project', 'shop'],
    report: 'e2e/results.json',
    count: suite.countPlaywright,
    needs: ['production', 'toxiproxy', 'browser'],
  },
];

/** A suite that hangs must end before a CI loses patience with the whole run. */
const SUITE_LIMIT_MS = 30 * 60_000;
const END_LIMIT_MS = 15_000;

let running: ChildProcess | undefined;

async function runSuite(each: Suite): Promise<suite.Counts> {
  for (const need of each.needs) await PREPARATIONS[need]();
  // A report of an earlier run must not speak for this one.
  rmSync(join(REPORTS, each.report), { force: true });
  const exitCode = await runToEnd(each);
  return suite.judge(exitCode, suite.readReport(join(REPORTS, each.report), each.count));
}

function runToEnd({ command }: Suite): Promise<number | null> {
  const child = spawn(process.execPath, command, {
    cwd: REPOSITORY,
    stdio: ['ignore', 'inherit', 'inherit'],
    // In its own group, so that all of it can be ended, whoever of it still runs.
    detached: true,
  });
  running = child;
  const limit = setTimeout(() => void endRunning(), SUITE_LIMIT_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(limit);
      running = undefined;
      resolve(code);
    });
  });
}

/** SIGTERM, so that it can stop what it started; then SIGKILL. Its stacks have guardians beside. */
async function endRunning(): Promise<void> {
  const child = running;
  if (!child?.pid) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child.pid, 'SIGTERM');
  const limit = setTimeout(signalGroup, END_LIMIT_MS, child.pid, 'SIGKILL');
  await ended;
  clearTimeout(limit);
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // Nobody of it is left.
  }
}

loadSettings();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !SUITES.some((each) => each.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no suite ${unknown.join(', ')}; there are: ${SUITES.map((each) => each.name).join(', ')}.\n`,
  );
  process.exit(2);
}

stopWithLauncher(endRunning);
mkdirSync(REPORTS, { recursive: true });
let total = suite.NONE;
const summary: string[] = [];
for (const each of SUITES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  print(`\n── ${each.name} ${'─'.repeat(90 - each.name.length)}`);
  const startedAt = Date.now();
  let note = '';
  const counts = await runSuite(each).catch((error: unknown) => {
    note = `   ${error instanceof Error ? error.message : String(error)}`;
    return suite.ONE_FAILED;
  });
  total = suite.add(total, counts);
  const seconds = `${((Date.now() - startedAt) / 1000).toFixed(0)} s`;
  summary.push(
    `${counts.failed === 0 ? '✔' : '✘'} ${each.name.padEnd(12)} ${seconds.padStart(6)}   ${suite.closingLine(counts)}${note}`,
  );
}
// For `.ci/run`, which adds its own checks to the counts.
writeFileSync(join(REPORTS, 'closing-line.txt'), `${suite.closingLine(total)}\n`);
print(`\n${summary.join('\n')}\n\n${suite.closingLine(total)}`);
process.exit(total.failed === 0 ? 0 : 1);
