import { OPERATION_PHASES } from '../analysis/fault-phase-grid.ts';
import type { GridCount } from '../analysis/fault-phase-grid.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { count } from './words.ts';

export interface GridSums {
  /** Null where no run is in particular. */
  run: readonly GridCount[] | null;
  /** Over all runs that are saved, this one included. */
  ever: readonly GridCount[];
  /** How many runs that is. */
  runs: number;
  /** Every fault that could be on. */
  faults: readonly string[];
}

/** Which combinations of fault and phase were truly hit, by how many operations: here, and ever. */
export function drawGrid({ run, ever, runs, faults }: GridSums): Html {
  const here = byCell(run ?? []);
  const always = byCell(ever);
  const rows = [...new Set(ever.map(rowName))].toSorted();
  const unused = faults.filter((name) => !ever.some(({ fault }) => fault === name)).toSorted();
  const possible = rows.length * OPERATION_PHASES.length;
  return html`<p>
      How many operations each fault met in each phase: ${run === null ? null : html`<b>in this run</b>, and`}
      over ${count(runs, 'saved run')}.
      ${run === null ? null : `${here.size} of these ${possible} combinations were hit in this run, `}${always.size}
      of ${possible} ever. An operation counts in each phase that it was in while the fault was on.
    </p>
    ${rows.length === 0 ? html`<p>No fault met any operation.</p>` : drawCells(rows, run === null ? null : here, always)}
    ${unused.length === 0 ? null : html`<p>Faults that never met an operation in a saved run: ${unused.join(', ')}.</p>`}`;
}

function drawCells(
  rows: readonly string[],
  here: ReadonlyMap<string, number> | null,
  always: ReadonlyMap<string, number>,
): Html {
  return html`<div class="scroll" role="region" aria-label="fault by phase" tabindex="0">
    <table class="grid">
      <thead>
        <tr>
          <th scope="col">fault</th>
          ${OPERATION_PHASES.map((phase) => html`<th scope="col">${phase}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <th scope="row">${row}</th>
              ${OPERATION_PHASES.map((phase) => {
                const ever = always.get(`${row}/${phase}`) ?? 0;
                return drawCell(here === null ? null : (here.get(`${row}/${phase}`) ?? 0), ever);
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function drawCell(run: number | null, ever: number): Html {
  if (ever === 0) return html`<td class="never"><span class="hidden">never</span>–</td>`;
  const shown = run ?? ever;
  const name = shown === 0 ? 'not-here' : shown < 10 ? 'some' : 'many';
  return html`<td class="${name}"><b>${shown}</b>${run === null ? null : html` <small>${ever}</small>`}</td>`;
}

function byCell(grid: readonly GridCount[]): Map<string, number> {
  return new Map(grid.map((cell) => [`${rowName(cell)}/${cell.phase}`, cell.operations]));
}

function rowName({ fault, on }: GridCount): string {
  return `${fault} on ${on}`;
}
