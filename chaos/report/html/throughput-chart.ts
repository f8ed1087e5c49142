import { END_KINDS } from '../analysis/series.ts';
import type { Bucket, Series } from '../analysis/series.ts';
import { timeAxis, timeScale } from './axis.ts';
import { drawFaultShade } from './fault-rows.ts';
import { drawing, figure } from './figure.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { durationWords } from './words.ts';

const PLOT_HEIGHT = 110;
const AXIS_HEIGHT = 22;
/** Between two bars, in per cent of the width. */
const GAP_PERCENT = 0.3;

/** How many attempts ended, and how, in each stretch of time. */
export function throughputChart(series: Series): Html {
  const { throughput, faults, fromMs, toMs } = series;
  const scale = timeScale(fromMs, toMs);
  const most = Math.max(1, ...throughput.map(totalOf));
  const [first] = throughput;
  const eachMs = first === undefined ? toMs - fromMs : first.toMs - first.fromMs;
  const height = (count: number) => Number(((count / most) * (PLOT_HEIGHT - 14)).toFixed(1));
  const svg = drawing(
    PLOT_HEIGHT + AXIS_HEIGHT,
    `Attempts that ended, over ${durationWords(toMs - fromMs)}`,
    html`${drawFaultShade(faults, scale, PLOT_HEIGHT)}${timeAxis(scale, PLOT_HEIGHT)}
      <g class="axis"
        ><line x1="0" x2="100%" y1="${PLOT_HEIGHT - height(most)}" y2="${PLOT_HEIGHT - height(most)}" /><text
          x="2"
          y="${PLOT_HEIGHT - height(most) - 3}"
          >${most}</text
        ></g
      >
      ${throughput.map((bucket) => {
        let y = PLOT_HEIGHT;
        return END_KINDS.filter((end) => bucket.counts[end] > 0).map((end) => {
          const barHeight = height(bucket.counts[end]);
          y -= barHeight;
          const x = Number.parseFloat(scale.x(bucket.fromMs));
          const width = Math.max(
            0.2,
            Number.parseFloat(scale.width(bucket.fromMs, bucket.toMs)) - GAP_PERCENT,
          );
          return html`<rect
            x="${Number(x.toFixed(2))}%"
            width="${Number(width.toFixed(2))}%"
            y="${Number(y.toFixed(1))}"
            height="${barHeight}"
            class="bar ${end.replace(' ', '-')}"
          />`;
        });
      })}`,
  );
  return figure(
    {
      title: 'Throughput',
      summary: `Attempts that ended, in each ${durationWords(eachMs)}. Shaded: a fault was on.`,
      svg,
      legend: barLegend(),
    },
    {
      head: ['from', ...END_KINDS],
      rows: throughput
        .filter((bucket) => totalOf(bucket) > 0)
        .map(({ fromMs, counts }) => [durationWords(fromMs), ...END_KINDS.map((end) => counts[end])]),
    },
  );
}

function barLegend(): Html {
  return html`<ul class="legend">
    ${END_KINDS.map(
      (end) =>
        html`<li>
          <svg width="14" height="10" aria-hidden="true">
            <rect width="14" height="10" class="bar ${end.replace(' ', '-')}" />
          </svg>
          ${end}
        </li>`,
    )}
  </ul>`;
}

function totalOf({ counts }: Bucket): number {
  return END_KINDS.reduce((sum, end) => sum + counts[end], 0);
}
