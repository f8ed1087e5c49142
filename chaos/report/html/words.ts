import type { ControlReport, PlayReport, Served, Verdict } from '../report.ts';
import { SIGN } from '../sign.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** Told by shape, word and colour, each enough alone. */
export function verdictBadge(verdict: Verdict): Html {
  return html`<span class="badge ${verdict}"
    ><span aria-hidden="true">${SIGN[verdict]}</span> ${verdict}</span
  >`;
}

/** `1 purchase`, `14 purchases`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** The control beside the protected shop: what the protection is worth under this very fault. */
export function controlWords({ control, duplicates }: Pick<PlayReport, 'control' | 'duplicates'>): string {
  const protectedWords = `protected: ${duplicates}`;
  return control === null
    ? `no control; ${protectedWords}`
    : `control: ${controlCount(control)}, ${protectedWords}`;
}

function controlCount({ duplicates }: ControlReport): string {
  return count(duplicates, 'double purchase');
}

export function servedWords({ asked, answered }: Served): string {
  if (asked === 0) return 'none under a fault';
  return `${answered} of ${asked} (${Math.round((100 * answered) / asked)} %)`;
}

/** `340 ms`, `2.8 s`, `3 min 5 s`. */
export function durationWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** `2026-11-23 03:40:49 UTC` */
export function timeWords(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
