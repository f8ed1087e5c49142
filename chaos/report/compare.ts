import type { RunRecord } from '../saved/run-record.ts';
import { VERDICTS } from './report.ts';
import { SIGN } from './sign.ts';

/** The saved runs for a terminal, a line each, the newest last. */
export function compareReport(runs: readonly RunRecord[]): string {
  const width = Math.max(...runs.map(({ id }) => id.length));
  const lines = runs.map(({ id, verdict, plays }) => {
    const counts = VERDICTS.map((word) => `${plays.filter((play) => play.verdict === word).length} ${word}`);
    const sum = (of: 'operations' | 'duplicates' | 'lost' | 'unsettled') =>
      plays.reduce((all, play) => all + play[of], 0);
    const controls = plays.reduce((all, { control }) => all + (control?.duplicates ?? 0), 0);
    return (
      `${SIGN[verdict]} ${id.padEnd(width)}  ${counts.join(', ')}; ${sum('operations')} operations, ` +
      `${sum('duplicates')} duplicates (control ${controls}), ${sum('lost')} lost, ${sum('unsettled')} unsettled`
    );
  });
  return `${lines.join('\n')}\n`;
}
