import { isOperation } from '../../history/event.ts';
import type { HistoryEvent } from '../../history/event.ts';
import type { Proof, ProofRow } from '../analysis/proof.ts';
import { runTimeOf } from '../analysis/run-time.ts';
import { drawTable } from './figure.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** The events and rows that a violation rests on, themselves. */
export function drawProof({ events, rows }: Proof, history: readonly HistoryEvent[]): Html | null {
  if (events.length === 0 && rows.length === 0) return null;
  return html`<div class="proof">
    <h5>Proof</h5>
    ${events.length === 0 ? null : drawEvents(events, history)}${drawRows(rows)}
  </div>`;
}

function drawEvents(events: readonly HistoryEvent[], history: readonly HistoryEvent[]): Html {
  const time = runTimeOf(history);
  return drawTable(
    {
      head: ['line', 'ms', 'who', 'what', 'answer'],
      rows: events.map((event) => [
        event.index + 1,
        time.ofMono(event.monoNs).toFixed(1),
        event.process,
        whatOf(event),
        html`<details>
          <summary>${answerOf(event)}</summary>
          <pre>${JSON.stringify(event, null, 1)}</pre>
        </details>`,
      ]),
    },
    'events that prove it',
  );
}

/** Those of one table beside each other: in what they differ is what one wants to see. */
function drawRows(rows: readonly ProofRow[]): Html {
  const tables = Map.groupBy(rows, ({ name }) => name.slice(0, name.indexOf('/')));
  return html`${[...tables].map(([table, all]) => {
    const present = all.flatMap(({ row }) => (row === null ? [] : [row]));
    const missing = all.filter(({ row }) => row === null);
    return html`${drawFields(table, present)}${missing.map(({ name }) => html`<p><code>${name}</code> <em>is not there</em></p>`)}`;
  })}`;
}

function drawFields(table: string, rows: readonly Readonly<Record<string, unknown>>[]): Html | null {
  const [first] = rows;
  if (first === undefined) return null;
  const fields = Object.keys(first);
  const isSame = (field: string) => rows.every((row) => valueWords(row[field]) === valueWords(first[field]));
  const same = fields.filter((field) => rows.length === 1 || isSame(field));
  const differing = fields.filter((field) => !same.includes(field));
  return html`${
      differing.length === 0
        ? null
        : drawTable(
            {
              head: ['', ...differing],
              rows: rows.map((row) => [table, ...differing.map((field) => valueWords(row[field]))]),
            },
            `rows of ${table} that prove it`,
          )
    }
    <dl class="fields">
      <div><dt>${rows.length === 1 ? table : `${table}, the same in all ${rows.length}`}</dt></div>
      ${same.map(
        (field) =>
          html`<div>
            <dt>${field}</dt>
            <dd>${valueWords(first[field])}</dd>
          </div>`,
      )}
    </dl>`;
}

function whatOf(event: HistoryEvent): string {
  if (!isOperation(event)) return `${event.type} ${event.phase}`;
  return `${event.f} ${event.type}${event.attempt === null ? '' : `, attempt ${event.attempt}`}`;
}

function answerOf(event: HistoryEvent): string {
  if (!isOperation(event)) return 'whole event';
  const { response, errorClass } = event;
  const words = [
    ...(response === null ? [] : [`${response.httpStatus}${response.replayed ? ' replayed' : ''}`]),
    errorClass ?? '',
  ];
  return words.join(' ').trim() || 'whole event';
}

function valueWords(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
