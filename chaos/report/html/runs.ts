import type { Verdict } from '../report.ts';
import { SIGN } from '../sign.ts';
import type { PlayRecord, RunRecord } from '../../saved/run-record.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { count, timeWords, verdictBadge } from './words.ts';

/** More columns are more than anybody compares. */
const RUNS_MAX = 20;

/** The saved runs side by side, the newest last: what each came to, and what each scenario did in it. */
export function drawRuns(records: readonly RunRecord[], current: string | null): Html {
  const runs = records.slice(-RUNS_MAX);
  if (runs.length === 0) return html`<p>Nothing was saved yet.</p>`;
  const scenarios = [
    ...new Set(runs.flatMap(({ plays }) => plays.map(({ scenario }) => scenario))),
  ].toSorted();
  return html`<p>
      ${runs.length === records.length ? 'All' : `The last ${runs.length} of ${records.length}`} saved runs,
      the newest last. A scenario that was played several times in a run shows its worst verdict.
    </p>
    <div class="scroll" role="region" aria-label="saved runs" tabindex="0">
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">run</th>
            <th scope="col">verdict</th>
            <th scope="col">played</th>
            <th scope="col">operations</th>
            <th scope="col">duplicates</th>
            <th scope="col">lost</th>
            <th scope="col">unsettled</th>
            <th scope="col">control’s duplicates</th>
          </tr>
        </thead>
        <tbody>
          ${runs.map((run) => drawRun(run, current))}
        </tbody>
      </table>
    </div>
    <div class="scroll" role="region" aria-label="scenarios over the runs" tabindex="0">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">scenario</th>
            ${runs.map(
              ({ id, startedAt }) =>
                html`<th scope="col" ${currentMark(id, current)}>
                  <time datetime="${startedAt}"
                    >${startedAt.slice(5, 10)}<br />${startedAt.slice(11, 16)}</time
                  >
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${scenarios.map(
            (scenario) =>
              html`<tr>
                <th scope="row">${scenario}</th>
                ${runs.map(({ plays }) => drawVerdicts(plays.filter((play) => play.scenario === scenario)))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function drawRun({ id, startedAt, verdict, plays }: RunRecord, current: string | null): Html {
  const sum = (of: (play: PlayRecord) => number) => plays.reduce((all, play) => all + of(play), 0);
  return html`<tr${currentMark(id, current)}><th scope="row"><code>${id}</code><br><small>${timeWords(startedAt)}${id === current ? ', this run' : ''}</small></th><td>${verdictBadge(verdict)}</td><td>${plays.length}</td><td>${sum((play) => play.operations)}</td><td>${sum((play) => play.duplicates)}</td><td>${sum((play) => play.lost)}</td><td>${sum((play) => play.unsettled)}</td><td>${sum((play) => play.control?.duplicates ?? 0)}</td></tr>`;
}

function drawVerdicts(plays: readonly PlayRecord[]): Html {
  const order: Verdict[] = ['invalid', 'unknown', 'valid'];
  const worst = order.find((verdict) => plays.some((play) => play.verdict === verdict));
  if (worst === undefined) return html`<td class="never"><span class="hidden">not played</span></td>`;
  const many = plays.length === 1 ? '' : ` of ${count(plays.length, 'play')}`;
  return html`<td class="${worst}" title="${worst}${many}">
    <span aria-hidden="true">${SIGN[worst]}</span><span class="hidden">${worst}${many}</span>
  </td>`;
}

function currentMark(id: string, current: string | null): Html | null {
  return id === current ? html` class="current"` : null;
}
