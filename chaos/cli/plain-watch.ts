import type { ProgressEvent } from '../progress.ts';
import type { RunWatch } from './watch.ts';
import { SIGN } from '../report/sign.ts';

/** Lines that are never taken back: for CI, and for a pipe. */
export function plainWatch(printError: (text: string) => void): RunWatch {
  let isAlone = false;
  return {
    begin: ({ name, seed }, { number, of }) => {
      isAlone = of === 1;
      const place = isAlone ? '' : `[${number}${of === null ? '' : `/${of}`}] `;
      printError(`${place}${name}, seed ${seed} …\n`);
    },
    event: (event) => {
      const line = lineOf(event);
      if (line !== null) printError(`  ${line}\n`);
    },
    end: ({ play, verdict, durationMs }) => {
      // Alone, its report follows at once.
      if (!isAlone)
        printError(`${SIGN[verdict]} ${play}: ${verdict} (${(durationMs / 1_000).toFixed(1)} s)\n`);
    },
    close: () => {},
  };
}

/** What is worth a line; the rest is in the history. */
function lineOf(event: ProgressEvent): string | null {
  switch (event.type) {
    case 'part':
      return `${event.part}: ${event.purchases} purchases`;
    case 'phase':
      return event.phase === 'start' || event.phase === 'end' ? null : event.phase;
    case 'checked':
      return event.verdict === 'invalid' ? `${SIGN.invalid} ${event.checker}` : null;
    case 'purchase':
    case 'fault':
    case 'evidence':
      return null;
    default:
      return event satisfies never;
  }
}
