import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { githubSummary } from '../report/github.ts';
import { isForMachines, render } from '../report/reporter.ts';
import type { ReporterChoice } from '../report/reporter.ts';
import { savedRunPage } from '../report/saved-page.ts';
import type { SavedRun } from '../saved/saved-run.ts';
import type { CommandLine } from './command-line.ts';

const PAGE_FILE = 'report.html';

/** Makes the reports of a run, from what was saved of it, and puts each where it belongs. */
export function publish(run: SavedRun, reporters: readonly ReporterChoice[], io: CommandLine): void {
  const report = run.report();
  const machinePrints = reporters.some(({ name, file }) => isForMachines(name) && file === null);
  for (const { name, file } of reporters) {
    if (name === 'html') {
      writePage(file ?? join(run.path, PAGE_FILE), savedRunPage(run, io.reportsDir), io);
      continue;
    }
    const text = render(name, report);
    if (file !== null) writeInto(file, text);
    else if (!isForMachines(name) && machinePrints) io.printError(text);
    else io.print(text);
    const summary = io.environment['GITHUB_STEP_SUMMARY'];
    if (name === 'github' && summary) appendFileSync(summary, githubSummary(report));
  }
}

export function writePage(file: string, page: string, io: CommandLine): void {
  writeInto(file, page);
  io.printError(`page: ${file}\n`);
}

function writeInto(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
