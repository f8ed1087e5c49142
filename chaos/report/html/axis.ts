import { html } from './html.ts';
import type { Html } from './html.ts';

/** A time span that fills the width of a drawing: positions are percentages, so that it fits any screen. */
export interface TimeScale {
  fromMs: number;
  toMs: number;
  /** `12.34%`; what lies outside is put at the edge. */
  x(ms: number): string;
  width(fromMs: number, toMs: number): string;
}

export function timeScale(fromMs: number, toMs: number): TimeScale {
  const span = Math.max(toMs - fromMs, 1e-6);
  const share = (ms: number) => Math.min(1, Math.max(0, (ms - fromMs) / span));
  return {
    fromMs,
    toMs,
    x: (ms) => percent(share(ms)),
    width: (from, to) => percent(Math.max(0, share(to) - share(from))),
  };
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))}%`;
}

const STEPS = [1, 2, 5];
/** What fits on a phone side by side. */
const TICKS_MAX = 5;

/** Round numbers of milliseconds. */
export function ticksOf({ fromMs, toMs }: Pick<TimeScale, 'fromMs' | 'toMs'>): number[] {
  const span = toMs - fromMs;
  for (let decade = 1; ; decade *= 10) {
    for (const step of STEPS.map((each) => each * decade)) {
      if (span / step > TICKS_MAX) continue;
      const first = Math.ceil(fromMs / step) * step;
      return Array.from(
        { length: Math.floor((toMs - first) / step) + 1 },
        (_, index) => first + index * step,
      );
    }
  }
}

export function tickWords(ms: number, { fromMs, toMs }: Pick<TimeScale, 'fromMs' | 'toMs'>): string {
  if (toMs - fromMs < 2_000) return `${ms} ms`;
  return toMs - fromMs < 300_000
    ? `${Number((ms / 1_000).toFixed(1))} s`
    : `${Number((ms / 60_000).toFixed(1))} min`;
}

/** The axis along the bottom: a line for each tick, and its words beneath. */
export function timeAxis(scale: TimeScale, height: number): Html {
  return html`<g class="axis"
    >${ticksOf(scale).map(
      (ms) =>
        html`<line x1="${scale.x(ms)}" x2="${scale.x(ms)}" y1="0" y2="${height}" /><text
            x="${scale.x(ms)}"
            y="${height + 14}"
            class="${anchorOf(ms, scale)}"
            >${tickWords(ms, scale)}</text
          >`,
    )}</g
  >`;
}

/** At the edges the words would be cut in half. */
function anchorOf(ms: number, { fromMs, toMs }: TimeScale): string {
  const share = (ms - fromMs) / (toMs - fromMs);
  return share < 0.06 ? 'start' : share > 0.94 ? 'end' : 'middle';
}
