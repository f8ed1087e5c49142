import type { EndKind, LatencyPoint, Series } from '../analysis/series.ts';
import { END_KINDS } from '../analysis/series.ts';
import { timeAxis, timeScale } from './axis.ts';
import { drawFaultRows, drawFaultShade, FAULT_ROW_HEIGHT, faultRows } from './fault-rows.ts';
import { drawing, figure } from './figure.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { durationWords } from './words.ts';

const PLOT_HEIGHT = 180;
const AXIS_HEIGHT = 22;

/** More can't be told apart, and a soak has tens of thousands. */
const POINTS_MAX = 600;

/** A shape for each end, so that colour isn't needed. */
export const END_MARK: Readonly<Record<EndKind, string>> = {
  acknowledged: '●',
  replayed: '○',
  refused: '■',
  'in doubt': '×',
};

/** Powers of ten: a join takes milliseconds, a timeout seconds, and both matter. */
const DECADES_MS = [1, 10, 100, 1_000, 10_000, 100_000];

/** How long each attempt took, by when it was sent. */
export function latencyChart(series: Series): Html {
  const { latency, faults } = series;
  const { fromMs, toMs } = series;
  const margin = (toMs - fromMs) / 50;
  const scale = timeScale(fromMs - margin, toMs + margin);
  const rows = faultRows(faults);
  const points = thinned(latency);
  const y = logScale(latency);
  const summary =
    points.length === latency.length
      ? `${latency.length} attempts. Shaded: a fault was on.`
      : `${points.length} of ${latency.length} attempts, those in doubt first. Shaded: a fault was on.`;
  const svg = drawing(
    PLOT_HEIGHT + AXIS_HEIGHT + rows.length * FAULT_ROW_HEIGHT,
    `Latency of ${latency.length} attempts over ${durationWords(toMs - fromMs)}`,
    html`${drawFaultShade(faults, scale, PLOT_HEIGHT)}${timeAxis(scale, PLOT_HEIGHT)}
      <g class="axis"
        >${y.ticks.map(
          (ms) =>
            html`<line x1="0" x2="100%" y1="${y.of(ms)}" y2="${y.of(ms)}" /><text x="2" y="${y.of(ms) - 3}"
                >${durationWords(ms)}</text
              >`,
        )}</g
      >
      ${END_KINDS.map(
        (end) =>
          html`<g class="mark ${end.replace(' ', '-')}"
            >${points
              .filter((point) => point.end === end)
              .map(
                ({ atMs, latencyMs }) =>
                  html`<text x="${scale.x(atMs)}" y="${y.of(latencyMs)}">${END_MARK[end]}</text>`,
              )}</g
          >`,
      )}
      ${drawFaultRows(rows, scale, PLOT_HEIGHT + AXIS_HEIGHT)}`,
  );
  return figure(
    { title: 'Latency of each attempt', summary, svg, legend: endLegend() },
    {
      head: ['ended as', 'attempts', 'median', '95 % within', 'longest'],
      rows: END_KINDS.map((end) => {
        const sorted = latency
          .filter((point) => point.end === end)
          .map(({ latencyMs }) => latencyMs)
          .toSorted((a, b) => a - b);
        return [end, sorted.length, ...[0.5, 0.95, 1].map((share) => quantileWords(sorted, share))];
      }),
    },
  );
}

export function endLegend(): Html {
  return html`<ul class="legend">
    ${END_KINDS.map(
      (end) =>
        html`<li>
          <span class="mark ${end.replace(' ', '-')}" aria-hidden="true">${END_MARK[end]}</span> ${end}
        </li>`,
    )}
  </ul>`;
}

/** All that ended in doubt, as far as they fit, and of the others every so many. */
function thinned(points: readonly LatencyPoint[]): readonly LatencyPoint[] {
  if (points.length <= POINTS_MAX) return points;
  const [doubtful, others] = [true, false].map((isDoubtful) =>
    points.filter(({ end }) => (end === 'in doubt') === isDoubtful),
  );
  const half = everySoMany(doubtful ?? [], POINTS_MAX / 2);
  return [...half, ...everySoMany(others ?? [], POINTS_MAX - half.length)];
}

function everySoMany<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, items.length / most);
  return Array.from(
    { length: Math.min(items.length, most) },
    (_, index) => items[Math.floor(index * step)] as T,
  );
}

function logScale(points: readonly LatencyPoint[]) {
  // By reduce: a soak has more points than a call takes arguments.
  const least = points.reduce((ms, { latencyMs }) => Math.min(ms, Math.max(1, latencyMs)), 10);
  const most = points.reduce((ms, { latencyMs }) => Math.max(ms, latencyMs), 1_000);
  const low = DECADES_MS.findLast((ms) => ms <= least) ?? 1;
  const high = DECADES_MS.find((ms) => ms >= most) ?? 100_000;
  const span = Math.log10(high / low);
  return {
    ticks: DECADES_MS.filter((ms) => ms >= low && ms <= high),
    of: (ms: number) =>
      Number((PLOT_HEIGHT - (Math.log10(Math.max(low, ms) / low) / span) * (PLOT_HEIGHT - 14)).toFixed(1)),
  };
}

function quantileWords(sorted: readonly number[], share: number): string {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? '–' : durationWords(value);
}
