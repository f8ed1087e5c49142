import { VERDICTS } from '../../report/report.ts';
import type { Verdict } from '../../report/report.ts';
import { SIGN } from '../../report/sign.ts';
import type { CurrentPlay, TreeState } from './tree-state.ts';

export interface ViewOptions {
  columns: number;
  rows: number;
  isColored: boolean;
  nowMs: number;
  /** Ctrl-C was pressed. */
  isStopping: boolean;
}

/** The finished plays that stay in sight; the verdicts of all are counted above. */
const FINISHED_SHOWN = 3;

const COLOR: Readonly<Record<Verdict, string>> = { valid: '32', invalid: '31', unknown: '33' };

/**
 * The lines of a run that goes on. None is as wide as the terminal and they are fewer than its rows, or
 * it would scroll, and couldn't be drawn over.
 */
export function treeLines(state: TreeState, options: ViewOptions): string[] {
  const { columns, rows, nowMs, isStopping } = options;
  const lines: Line[] = [
    totals(state, nowMs),
    ...state.finished.slice(-FINISHED_SHOWN).map(({ name, verdict, durationMs }) => ({
      text: `${SIGN[verdict]} ${name} (${clock(durationMs)})`,
      verdict,
    })),
    ...(state.current === null ? [] : playLines(state.current, state.of, nowMs)),
    ...(isStopping ? [{ text: 'Stopping everything; once more to leave at once.' }] : []),
  ];
  return lines.slice(0, Math.max(1, rows - 1)).map((line) => drawn(line, columns, options.isColored));
}

interface Line {
  text: string;
  verdict?: Verdict;
}

function totals({ finished, startedMs }: TreeState, nowMs: number): Line {
  const counts = VERDICTS.map((verdict) => {
    const count = finished.filter((play) => play.verdict === verdict).length;
    return `${SIGN[verdict]} ${count} ${verdict}`;
  });
  return { text: `${clock(nowMs - startedMs)}  ${counts.join('  ')}` };
}

function playLines(play: CurrentPlay, of: number | null, nowMs: number): Line[] {
  const { number, name, seed, purchases, faultsOn, evidence, checked } = play;
  const place = of === 1 ? '' : `[${number}${of === null ? '' : `/${of}`}] `;
  const branches: Line[] = [
    { text: `${play.part ?? 'preparing'}: ${play.phase} ${clock(nowMs - play.phaseSinceMs)}` },
    {
      text: `purchases  ${purchases.begun} of ${purchases.planned} begun, ${purchases.acknowledged} acknowledged, ${purchases.refused} refused, ${purchases['in doubt']} in doubt`,
    },
    { text: `faults on  ${listed(faultsOn) || 'none'}` },
    ...(evidence.size === 0 ? [] : [{ text: `evidence   ${listed(evidence)}` }]),
    invariants(checked),
  ];
  return [
    { text: `${place}${name}, seed ${seed}  ${clock(nowMs - play.startedMs)}` },
    ...branches.map((line, index) => ({
      ...line,
      text: `${index === branches.length - 1 ? '└' : '├'} ${line.text}`,
    })),
  ];
}

function invariants(checked: CurrentPlay['checked']): Line {
  if (checked.size === 0) return { text: 'invariants not judged yet' };
  const of = (verdict: Verdict) => [...checked].filter(([, said]) => said === verdict).map(([name]) => name);
  const broken = of('invalid');
  if (broken.length > 0)
    return { text: `invariants ${SIGN.invalid} ${broken.join(', ')}`, verdict: 'invalid' };
  return { text: `invariants ${of('valid').length} valid, ${of('unknown').length} unknown` };
}

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} ×${count}`)).join(', ');
}

function drawn({ text, verdict }: Line, columns: number, isColored: boolean): string {
  const room = Math.max(1, columns - 1);
  const cut = text.length <= room ? text : `${text.slice(0, room - 1)}…`;
  return isColored && verdict !== undefined ? `\u001B[${COLOR[verdict]}m${cut}\u001B[39m` : cut;
}

/** `03:12`, from an hour on `1:03:12`. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const two = (number: number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  return `${hours === 0 ? '' : `${hours}:`}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
