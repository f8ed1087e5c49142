import { html } from './html.ts';
import type { Html } from './html.ts';

export interface Table {
  head: readonly string[];
  rows: readonly (readonly (Html | string | number | null)[])[];
}

/** A drawing, and the same as a table for whoever doesn't see it, or wants the numbers. */
export function figure(
  { title, summary, svg, legend = null }: { title: string; summary: string; svg: Html; legend?: Html | null },
  table: Table,
): Html {
  return html`<figure>
    <figcaption>
      <h4>${title}</h4>
      <p>${summary}</p>
    </figcaption>
    ${legend}${svg}
    <details>
      <summary>${title}, as a table</summary>
      ${drawTable(table)}
    </details>
  </figure>`;
}

/** On a narrow screen it scrolls in itself, with the keyboard too. */
export function drawTable({ head, rows }: Table, label = 'table'): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A drawing as wide as its place; positions across are percentages. */
export function drawing(height: number, label: string, content: Html): Html {
  return html`<svg class="drawing" width="100%" height="${height}" role="img" aria-label="${label}">
    ${content}
  </svg>`;
}
