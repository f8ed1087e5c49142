import { checkerOf } from '../../checkers/index.ts';
import type { CheckerReport, PlayReport } from '../report.ts';
import { replayCommand } from '../replay-command.ts';
import type { PlayView } from '../run-view.ts';
import { SIGN } from '../sign.ts';
import { sampleOf } from './chosen-operations.ts';
import { drawTable } from './figure.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { drawLanes } from './lanes.ts';
import { latencyChart } from './latency-chart.ts';
import { throughputChart } from './throughput-chart.ts';
import { controlWords, count, durationWords, servedWords, verdictBadge } from './words.ts';
import { drawViolations } from './violations.ts';

/** The anchor of a play's section. */
export function playAnchor({ play }: Pick<PlayReport, 'play'>): string {
  return `play-${play.replaceAll(/[^A-Za-z0-9-]/g, '-')}`;
}

/** A play that wasn't valid: why, each with its proof, and what plays it again. */
export function drawFailure(report: PlayReport, run: string, view: PlayView | null): Html {
  const { play, verdict, reasons } = report;
  return html`<article class="failure ${verdict}">
    <h3>${verdictBadge(verdict)} <a href="#${playAnchor(report)}">${play}</a></h3>
    ${drawReplay(run, play)} ${drawViolations(report, view)}
    ${
      reasons.length === 0
        ? null
        : html`<h4>${verdict === 'invalid' ? 'Besides, it would be unknown' : 'Unknown'}, because</h4>
            <ul>
              ${reasons.map((reason) => html`<li>${reasonWords(reason)}</li>`)}
            </ul>`
    }
  </article>`;
}

/** Everything of one play. `isOpen`: there is room, or something to see. */
export function drawPlay(
  report: PlayReport,
  run: string,
  view: PlayView | null,
  { isOpen, lanesMax }: { isOpen: boolean; lanesMax: number },
): Html {
  const { play, verdict, seed, durationMs } = report;
  return html`<details class="play" id="${playAnchor(report)}" ${isOpen ? html` open` : null}>
    <summary>
      <h3>${verdictBadge(verdict)} ${play}</h3>
      <span class="words">${controlWords(report)}</span>
    </summary>
    <p>
      ${count(report.operations, 'operation')}, ${report.acknowledged} acknowledged,
      ${count(report.duplicates, 'duplicate')}, ${report.lost} lost, ${report.unsettled} unsettled; seed
      <code>${seed}</code>, ${durationWords(durationMs)}
    </p>
    ${drawReplay(run, play)} ${drawControl(report)} ${drawLiveness(report)} ${drawInvariants(report.checkers)}
    ${drawEvidence(report)}
    ${view === null ? html`<p>Its histories were not kept: there is nothing to draw.</p>` : drawView(report, view, lanesMax)}
  </details>`;
}

function drawView({ violations }: PlayReport, view: PlayView, lanesMax: number): Html {
  if (view.operations.length === 0) return html`<p>Nobody came to the button: there is nothing to draw.</p>`;
  // Those of violations are shown with them.
  const shown = new Set(violations.map(({ intent }) => intent));
  const sample = sampleOf(
    view.operations.filter(({ intent }) => !shown.has(intent.nonce)),
    lanesMax,
  );
  return html`${latencyChart(view.series)}${throughputChart(view.series)}
    <h4>Operations, lane by lane</h4>
    <p>
      ${sample.length} of ${count(view.operations.length, 'operation')}: one of each kind, those with the most
      attempts first.
    </p>
    ${sample.map((operation) => drawLanes(operation, view.series.faults))}`;
}

function drawReplay(run: string, play: string): Html {
  const command = replayCommand(run, play);
  return html`<p class="replay">
    Once more: <code>${command}</code> <button type="button" data-copy="${command}" hidden>copy</button>
  </p>`;
}

function drawControl(report: PlayReport): Html {
  const { control } = report;
  if (control === null) return html`<p>This scenario has no control, or it never came to an end.</p>`;
  const { duplicates, duplicatesWithoutFault, operations } = control;
  return html`<p class="control">
    <b>${controlWords(report)}.</b> The same fault on a shop without protection made
    ${count(duplicates, 'purchase')} twice in ${count(operations, 'operation')}; without the fault it made
    ${duplicatesWithoutFault === 0 ? 'none' : duplicatesWithoutFault} twice.
  </p>`;
}

function drawLiveness({ liveness }: PlayReport): Html {
  const { callsUnderFault, attemptsUnderFault, settledAfterMs } = liveness;
  return html`<dl class="numbers">
    <div>
      <dt>purchases answered under a fault</dt>
      <dd>${servedWords(callsUnderFault)}</dd>
    </div>
    <div>
      <dt>attempts answered under a fault</dt>
      <dd>${servedWords(attemptsUnderFault)}</dd>
    </div>
    <div>
      <dt>at rest after healing</dt>
      <dd>${settledAfterMs === null ? 'not seen' : durationWords(settledAfterMs)}</dd>
    </div>
  </dl>`;
}

function drawInvariants(checkers: readonly CheckerReport[]): Html {
  if (checkers.length === 0) return html`<p>No invariant was judged: there was no final read.</p>`;
  const counts = (['valid', 'invalid', 'unknown'] as const).map(
    (verdict) => `${checkers.filter((checker) => checker.verdict === verdict).length} ${verdict}`,
  );
  return html`<details${checkers.some(({ verdict }) => verdict === 'invalid') ? html` open` : null}><summary>Invariants: ${counts.join(', ')}</summary>${drawTable(
    {
      head: ['verdict', 'invariant', 'put to the test', 'violations'],
      rows: checkers.map((checker) => [
        verdictBadge(checker.verdict),
        html`<b>${checker.checker}</b><br /><small
            >${checkerOf(checker.checker).invariant}${checker.reason === null ? null : html` <em>${checker.reason}</em>`}</small
          >`,
        `${checker.premise}×`,
        checker.violations.length,
      ]),
    },
    'invariants',
  )}</details>`;
}

function drawEvidence({ evidence, planted }: PlayReport): Html {
  const seen = Object.entries(evidence);
  const caught = planted?.filter(({ verdict }) => verdict === 'caught').length ?? 0;
  return html`${seen.length === 0 ? html`<p>No evidence that a fault bit.</p>` : html`<p>Evidence that the faults bit: ${seen.map(([what, times]) => `${what} ${times}×`).join(', ')}.</p>`}${
    planted === null
      ? null
      : html`<details>
          <summary>Planted violations: ${caught} of ${planted.length} caught</summary>
          ${drawTable(
            {
              head: ['caught', 'planted', 'by'],
              rows: planted.map(({ verdict, planting, checker, detail }) => [
                html`<span aria-hidden="true">${SIGN[verdict === 'caught' ? 'valid' : 'unknown']}</span>
                  ${verdict}`,
                detail === null ? planting : `${planting}: ${detail}`,
                checker,
              ]),
            },
            'planted violations',
          )}
        </details>`
  }`;
}

/** A crash brings its stack along; its first line says what. */
function reasonWords(reason: string): Html {
  const [first = '', ...rest] = reason.split('\n');
  return rest.length === 0
    ? html`${first}`
    : html`<details>
        <summary>${first}</summary>
        <pre>${rest.join('\n')}</pre>
      </details>`;
}
