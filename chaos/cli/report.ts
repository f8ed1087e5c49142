import { join } from 'node:path';
import { exitCodeOf } from '../exit-code.ts';
import type { ReporterChoice } from '../report/reporter.ts';
import { compareReport } from '../report/compare.ts';
import { savedComparisonPage } from '../report/saved-page.ts';
import { savedRuns } from '../saved/run-list.ts';
import { UsageError } from './command-line.ts';
import type { AddCommand, CommandLine } from './command-line.ts';
import { openRun } from './open-run.ts';
import { publish, writePage } from './publish.ts';
import { reporterOption } from './reporter-option.ts';

interface Flags {
  reporter: ReporterChoice[];
  compare?: true;
}

export const addReport: AddCommand = (program, { io, end }) => {
  program
    .command('report')
    .description('make the reports of a saved run again, from what was saved')
    .argument('[run]', 'its name, the beginning of its name, or last (the default)')
    .addOption(reporterOption('list,html'))
    .option('--compare', 'all saved runs side by side instead')
    .action((wanted: string | undefined, flags: Flags) => {
      if (flags.compare === true) {
        if (wanted !== undefined)
          throw new UsageError('--compare shows all saved runs: leave the run or --compare out.');
        compare(io);
        return;
      }
      const run = openRun(io, wanted ?? 'last');
      publish(run, flags.reporter, io);
      // As the run itself ended: a report of a broken promise is no success.
      end(exitCodeOf(run.record.verdict));
    });
};

function compare(io: CommandLine): void {
  const records = savedRuns(io.reportsDir).map(({ record }) => record);
  if (records.length === 0) throw new UsageError(`No run was saved yet in ${io.reportsDir}.`);
  io.print(compareReport(records));
  writePage(join(io.reportsDir, 'compare.html'), savedComparisonPage(io.reportsDir), io);
}
