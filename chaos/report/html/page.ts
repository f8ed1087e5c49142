import { readFileSync } from 'node:fs';
import type { RunRecord } from '../../saved/run-record.ts';
import type { PlayReport, RunReport, Verdict } from '../report.ts';
import { VERDICTS } from '../report.ts';
import { replayCommand } from '../replay-command.ts';
import type { PlayView } from '../run-view.ts';
import { SIGN } from '../sign.ts';
import { weakeningWords } from '../../weakening.ts';
import { drawTable } from './figure.ts';
import { drawGrid } from './grid.ts';
import type { GridSums } from './grid.ts';
import { html, trusted } from './html.ts';
import type { Html } from './html.ts';
import { laneLegend } from './lanes.ts';
import { drawFailure, drawPlay, playAnchor } from './play.ts';
import { drawRuns } from './runs.ts';
import { controlWords, count, durationWords, servedWords, timeWords, verdictBadge } from './words.ts';

const asset = (name: string) => trusted(readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8'));
const STYLE = asset('report.css');
const SCRIPT = asset('report.js');

/** All that a page is drawn from. */
export interface RunPage {
  record: RunRecord;
  report: RunReport;
  /** By the play's name; a play whose histories are gone has none. */
  views: ReadonlyMap<string, PlayView>;
  grid: GridSums;
  /** All saved runs, the oldest first. */
  runs: readonly RunRecord[];
}

/** Operations whose lanes are drawn, over the whole page: a few hundred make it a few megabytes. */
const LANES_MAX = 120;
const LANES_OF_A_PLAY_MAX = 12;

/** One file that needs nothing else: no network, no fonts, no other file. */
export function runPage({ record, report, views, grid, runs }: RunPage): string {
  const { scenarios, run } = report;
  const failures = scenarios
    .filter(({ verdict }) => verdict !== 'valid')
    .toSorted((a, b) => VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict));
  const lanesMax = Math.max(
    2,
    Math.min(LANES_OF_A_PLAY_MAX, Math.floor(LANES_MAX / Math.max(1, scenarios.length))),
  );
  return page(
    `${SIGN[report.verdict]} chaos ${run}`,
    html`<header>
        <p class="kicker">Chaos report</p>
        <h1>${verdictBadge(report.verdict)} ${headline(report)}</h1>
        ${drawRecord(record)}
        <nav aria-label="Contents">
          <ul>
            ${failures.length === 0 ? null : html`<li><a href="#failures">Failures (${failures.length})</a></li>`}
            <li><a href="#scenarios">Scenarios</a></li>
            <li><a href="#plays">Each in full</a></li>
            <li><a href="#grid">Fault × phase</a></li>
            <li><a href="#runs">Runs over time</a></li>
          </ul>
        </nav>
      </header>
      <main>
        ${
          failures.length === 0
            ? null
            : html`<section id="failures">
                <h2>Failures</h2>
                ${failures.map((each) => drawFailure(each, run, views.get(each.play) ?? null))}
              </section>`
        }
        <section id="scenarios">
          <h2>Scenarios</h2>
          ${drawScenarios(scenarios)}
        </section>
        <section id="plays">
          <h2>Each in full</h2>
          <details class="key-of-lanes">
            <summary>What the marks on the lanes mean</summary>
            ${laneLegend()}
          </details>
          ${scenarios.map((each) => drawPlay(each, run, views.get(each.play) ?? null, { isOpen: scenarios.length === 1 || each.verdict !== 'valid', lanesMax }))}
        </section>
        <section id="grid">
          <h2>Fault × phase</h2>
          ${drawGrid(grid)}
        </section>
        <section id="runs">
          <h2>Runs over time</h2>
          ${drawRuns(runs, run)}
        </section>
      </main>`,
  );
}

/** The saved runs alone. */
export function comparisonPage(runs: readonly RunRecord[], grid: GridSums): string {
  return page(
    'chaos: runs over time',
    html`<header>
        <p class="kicker">Chaos report</p>
        <h1>${count(runs.length, 'saved run')}</h1>
      </header>
      <main>
        <section id="runs">
          <h2>Runs over time</h2>
          ${drawRuns(runs, null)}
        </section>
        <section id="grid">
          <h2>Fault × phase</h2>
          ${drawGrid(grid)}
        </section>
      </main>`,
  );
}

const VERDICT_ORDER: readonly Verdict[] = ['invalid', 'unknown', 'valid'];

function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <svg width="0" height="0" aria-hidden="true" class="patterns">
          <defs>
            <pattern
              id="hatch"
              width="6"
              height="6"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width="6" height="6" class="ground" />
              <line x1="0" y1="0" x2="0" y2="6" />
            </pattern>
            <pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse">
              <rect width="5" height="5" class="ground" />
              <circle cx="2.5" cy="2.5" r="1.3" />
            </pattern>
            <pattern id="cross" width="6" height="6" patternUnits="userSpaceOnUse">
              <rect width="6" height="6" class="ground" />
              <path d="M0 0L6 6M6 0L0 6" />
            </pattern>
            <pattern
              id="shade"
              width="8"
              height="8"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(135)"
            >
              <line x1="0" y1="0" x2="0" y2="8" />
            </pattern>
          </defs>
        </svg>
        ${body}
        <script>
          ${SCRIPT};
        </script>
      </body>
    </html> `.text;
}

function headline({ scenarios }: RunReport): string {
  const counts = VERDICTS.map((verdict) => scenarios.filter((each) => each.verdict === verdict).length);
  const [valid = 0, invalid = 0, unknown = 0] = counts;
  if (invalid > 0) return `${invalid} of ${count(scenarios.length, 'scenario')} violated a promise`;
  if (unknown > 0) return `${unknown} of ${count(scenarios.length, 'scenario')} proved nothing`;
  if (valid === 0) return 'nothing was played';
  return `${count(valid, 'scenario')}, and every promise was kept`;
}

function drawRecord(record: RunRecord): Html {
  const { id, seed, startedAt, finishedAt, command, replayOf, complete } = record;
  const weakened = weakeningWords(record.weakening);
  const lasted = finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt);
  return html`<dl class="numbers">
    <div>
      <dt>run</dt>
      <dd><code>${id}</code></dd>
    </div>
    <div>
      <dt>seed</dt>
      <dd><code>${seed}</code></dd>
    </div>
    <div>
      <dt>began</dt>
      <dd>${timeWords(startedAt)}</dd>
    </div>
    <div>
      <dt>lasted</dt>
      <dd>
        ${lasted === null ? 'it was killed' : durationWords(lasted)}${complete || lasted === null ? null : ', and did not come to its end'}
      </dd>
    </div>
    <div>
      <dt>command</dt>
      <dd><code>chaos ${command.join(' ')}</code></dd>
    </div>
    ${
      replayOf === null
        ? null
        : html`<div>
            <dt>plays again</dt>
            <dd><code>${replayOf}</code></dd>
          </div>`
    }
    ${
      weakened === null
        ? null
        : html`<div>
            <dt>the shop was played</dt>
            <dd><b>${weakened}</b></dd>
          </div>`
    }
    <div>
      <dt>once more</dt>
      <dd><code>${replayCommand(id)}</code></dd>
    </div>
  </dl>`;
}

function drawScenarios(scenarios: readonly PlayReport[]): Html {
  return drawTable(
    {
      head: [
        'verdict',
        'scenario',
        'control and protected',
        'operations',
        'acknowledged',
        'lost',
        'unsettled',
        'answered under fault',
        'at rest after healing',
        'took',
      ],
      rows: scenarios.map((each) => [
        verdictBadge(each.verdict),
        html`<a href="#${playAnchor(each)}">${each.play}</a>`,
        controlWords(each),
        each.operations,
        each.acknowledged,
        each.lost,
        each.unsettled,
        servedWords(each.liveness.callsUnderFault),
        each.liveness.settledAfterMs === null ? '–' : durationWords(each.liveness.settledAfterMs),
        durationWords(each.durationMs),
      ]),
    },
    'scenarios',
  );
}
