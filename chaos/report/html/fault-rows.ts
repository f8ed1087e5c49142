import type { FaultSpan } from '../analysis/series.ts';
import type { TimeScale } from './axis.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** One fault on one target, and when it was on. */
export interface FaultRow {
  label: string;
  spans: FaultSpan[];
}

export const FAULT_ROW_HEIGHT = 22;

/** More rows than these are no picture any more: the rest shares the last one. */
const ROWS_MAX = 10;

/** Those that were on for longest first. */
export function faultRows(spans: readonly FaultSpan[]): FaultRow[] {
  const byLabel = Map.groupBy(spans, ({ fault, target }) =>
    target === null ? fault : `${fault} on ${target}`,
  );
  const rows = [...byLabel]
    .map(([label, own]) => ({ label, spans: own }))
    .toSorted((a, b) => totalMs(b) - totalMs(a) || a.label.localeCompare(b.label));
  if (rows.length <= ROWS_MAX) return rows;
  const rest = rows.slice(ROWS_MAX - 1);
  return [
    ...rows.slice(0, ROWS_MAX - 1),
    { label: `${rest.length} more faults`, spans: rest.flatMap((row) => row.spans) },
  ];
}

/** A labelled strip a fault, below a plot on the same clock. */
export function drawFaultRows(rows: readonly FaultRow[], scale: TimeScale, topPx: number): Html {
  return html`<g class="faults"
    >${rows.map((row, index) => {
      const y = topPx + index * FAULT_ROW_HEIGHT;
      const bars = mergedFor(scale, row.spans).map(
        ({ fromMs, toMs }) =>
          html`<rect
            x="${scale.x(fromMs)}"
            width="${scale.width(fromMs, toMs)}"
            y="${y + 13}"
            height="7"
            class="fault-bar"
          />`,
      );
      return html`<text x="2" y="${y + 10}">${row.label}</text
        ><line x1="0" x2="100%" y1="${y + 20.5}" y2="${y + 20.5}" class="rule" />${bars}`;
    })}</g
  >`;
}

/** The shade behind a plot: something was broken. */
export function drawFaultShade(spans: readonly FaultSpan[], scale: TimeScale, height: number): Html {
  return html`<g
    >${mergedFor(scale, spans).map(
      ({ fromMs, toMs }) =>
        html`<rect
          x="${scale.x(fromMs)}"
          width="${scale.width(fromMs, toMs)}"
          y="0"
          height="${height}"
          class="shade"
        />`,
    )}</g
  >`;
}

/** Spans that touch in the picture are one: of a soak's thousands a few hundred can be seen. */
function mergedFor(
  { fromMs, toMs }: TimeScale,
  spans: readonly FaultSpan[],
): { fromMs: number; toMs: number }[] {
  const gapMs = (toMs - fromMs) / 400;
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (span.toMs < fromMs || span.fromMs > toMs) continue;
    const last = merged.at(-1);
    // Too short to be seen is drawn as wide as a line.
    const end = Math.max(span.toMs, span.fromMs + gapMs);
    if (last !== undefined && span.fromMs <= last.toMs + gapMs) last.toMs = Math.max(last.toMs, end);
    else merged.push({ fromMs: span.fromMs, toMs: end });
  }
  return merged;
}

function totalMs({ spans }: FaultRow): number {
  return spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}
