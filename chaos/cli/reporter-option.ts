import { InvalidArgumentError, Option } from 'commander';
import { parseReporters, REPORTER_NAMES } from '../report/reporter.ts';

/** `--reporter`, of every command that makes reports. */
export function reporterOption(byDefault: string): Option {
  return new Option('--reporter <reporters>', `${REPORTER_NAMES.join(', ')}; with :file into a file`)
    .argParser((text) => {
      try {
        return parseReporters(text);
      } catch (error) {
        throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
      }
    })
    .default(parseReporters(byDefault), byDefault);
}
