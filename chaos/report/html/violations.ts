import { checkerOf } from '../../checkers/index.ts';
import { proofOf } from '../analysis/proof.ts';
import type { PlayReport, Violation } from '../report.ts';
import type { PlayView } from '../run-view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { drawLanes } from './lanes.ts';
import { drawProof } from './proof.ts';
import { count } from './words.ts';

/** Of one kind so many are shown in full; the JSON report has them all. */
const SHOWN_MAX = 5;

/** A kind of violation after the other, each with its proof: events and rows themselves, not their numbers. */
export function drawViolations({ violations }: PlayReport, view: PlayView | null): Html {
  const kinds = Map.groupBy(violations, ({ checker, kind }) => `${checker} / ${kind}`);
  // The lanes of one operation once, however many checkers speak of it.
  const drawn = new Set<string>();
  return html`${[...kinds].map(([name, all]) => {
    const [first] = all;
    if (first === undefined) return null;
    return html`<section class="violation">
      <h4><span aria-hidden="true">✘</span> ${name}</h4>
      <p class="invariant">Broken: ${checkerOf(first.checker).invariant}</p>
      ${all.slice(0, SHOWN_MAX).map((violation) => drawViolation(violation, view, drawn))}
      ${all.length > SHOWN_MAX ? html`<p>And ${count(all.length - SHOWN_MAX, 'more violation')} of this kind, in the JSON report.</p>` : null}
    </section>`;
  })}`;
}

function drawViolation(violation: Violation, view: PlayView | null, drawn: Set<string>): Html {
  const { message, intent } = violation;
  if (view === null)
    return html`<p><b>${message}</b></p>
      <p>Its history was not kept.</p>`;
  const proof = proofOf(violation, view.history, view.state);
  const operation = view.operations.find((each) => each.intent.nonce === intent);
  const isNew = operation !== undefined && !drawn.has(operation.intent.nonce);
  if (isNew) drawn.add(operation.intent.nonce);
  return html`<article>
    <p><b>${message}</b></p>
    ${isNew ? drawLanes(operation, view.series.faults) : null}${drawProof(proof, view.history)}
  </article>`;
}
