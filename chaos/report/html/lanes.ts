import { endKind } from '../analysis/series.ts';
import type { FaultSpan } from '../analysis/series.ts';
import type { AttemptStory, OperationStory, ProviderMark } from '../analysis/operations.ts';
import type { CommitKind } from '../analysis/commits.ts';
import { timeAxis, timeScale } from './axis.ts';
import type { TimeScale } from './axis.ts';
import { drawFaultRows, FAULT_ROW_HEIGHT, faultRows } from './fault-rows.ts';
import { drawing, drawTable } from './figure.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { storyTable } from './lane-table.ts';
import { END_MARK } from './latency-chart.ts';
import { count, durationWords } from './words.ts';

const LANE_HEIGHT = 40;
const AXIS_HEIGHT = 22;
/** Where the line of a lane runs, below its name. */
const LINE_Y = 27;

/** A letter for each commit, so that it can be told apart without colour. */
export const COMMIT_LETTER: Readonly<Record<CommitKind, string>> = {
  claimed: 'C',
  'taken over': 'T',
  kept: 'k',
  paid: 'P',
  failed: 'F',
};

/** A line of the drawing: what it's called, and what is on it. */
interface Lane {
  name: string;
  marks: (y: number) => Html;
}

/**
 * One operation, every witness on a lane of its own, on one clock: what the client did, what came to the
 * node's edge, how long the node had it, what the database committed, what the provider was asked and
 * charged. Where an answer died, the lane where it was last seen says so.
 */
export function drawLanes(operation: OperationStory, faults: readonly FaultSpan[]): Html {
  const span = spanOf(operation);
  const scale = timeScale(span.fromMs, span.toMs);
  const lanes = [
    ...clientLanes(operation, scale),
    ...edgeLanes(operation, scale),
    ...nodeLanes(operation, scale),
    databaseLane(operation, scale),
    providerLane(operation, scale),
  ];
  const rows = faultRows(faults.filter(({ fromMs, toMs }) => fromMs < span.toMs && toMs > span.fromMs));
  const height = lanes.length * LANE_HEIGHT;
  const svg = drawing(
    height + AXIS_HEIGHT + rows.length * FAULT_ROW_HEIGHT,
    `Lanes of ${operation.intent.nonce}: ${summaryOf(operation)}`,
    html`${timeAxis(scale, height)}${arrivalLines(operation, scale, lanes)}${lanes.map(
      (lane, index) =>
        html`<g class="lane"
          ><text x="2" y="${index * LANE_HEIGHT + 12}">${lane.name}</text
          ><line
            x1="0"
            x2="100%"
            y1="${index * LANE_HEIGHT + LINE_Y}"
            y2="${index * LANE_HEIGHT + LINE_Y}"
            class="rule"
          />${lane.marks(index * LANE_HEIGHT + LINE_Y)}</g
        >`,
    )}${drawFaultRows(rows, scale, height + AXIS_HEIGHT)}`,
  );
  return html`<div class="lanes">
    <h5>${operation.intent.customer} · intent <code>${operation.intent.nonce}</code></h5>
    <p>${summaryOf(operation)}</p>
    ${svg}
    <details>
      <summary>The same, event by event</summary>
      ${drawTable(storyTable(operation), `events of ${operation.intent.nonce}`)}
    </details>
  </div>`;
}

/** What the marks mean; once for all lanes of a page. */
export function laneLegend(): Html {
  return html`<ul class="legend">
    <li><span class="key bar-key" aria-hidden="true"></span> under way</li>
    ${(['acknowledged', 'replayed', 'refused', 'in doubt'] as const).map(
      (end) =>
        html`<li>
          <span class="mark ${end.replace(' ', '-')}" aria-hidden="true">${END_MARK[end]}</span> ${end}
        </li>`,
    )}
    <li><span class="mark" aria-hidden="true">▼</span> arrived at a node</li>
    <li><span class="mark in-doubt" aria-hidden="true">✕</span> here the answer died</li>
    ${Object.entries(COMMIT_LETTER).map(([kind, letter]) => html`<li><span class="letter" aria-hidden="true">${letter}</span> ${kind}</li>`)}
    <li><span class="mark" aria-hidden="true">€</span> charged</li>
  </ul>`;
}

export function summaryOf({ attempts, commits, charges }: OperationStory): string {
  const paid = commits.filter(({ kind }) => kind === 'paid').length;
  const charged = charges.filter(({ status }) => status === 'succeeded').length;
  const died = attempts.filter(({ answer }) => answer.startsWith('died'));
  const where = [...Map.groupBy(died, ({ answer }) => answer)].map(([answer, all]) =>
    all.length === 1 ? `an answer ${answer}` : `${all.length} answers ${answer}`,
  );
  const replays = attempts.filter(({ replayed }) => replayed).length;
  return [
    count(attempts.length, 'attempt'),
    ...where,
    ...(replays === 0 ? [] : [count(replays, 'replay')]),
    timesWords('paid', paid),
    timesWords('charged', charged),
  ].join(', ');
}

function timesWords(what: string, times: number): string {
  return times === 0 ? `never ${what}` : `${what} ${times === 1 ? 'once' : `${times} times`}`;
}

/** From a little before the first that happened to a little after the last. */
function spanOf({ calls, attempts, commits, charges, provider }: OperationStory): {
  fromMs: number;
  toMs: number;
} {
  const begins = [...calls.map(({ fromMs }) => fromMs), ...attempts.map(({ sentMs }) => sentMs)];
  const first = Math.min(...begins);
  const last = Math.max(
    ...begins,
    ...calls.flatMap(({ toMs }) => toMs ?? []),
    ...attempts.flatMap(({ endMs, arrivals }) => [
      ...(endMs === null ? [] : [endMs]),
      ...arrivals.flatMap(({ headMs, answeredMs }) => answeredMs ?? headMs),
    ]),
    ...commits.map(({ atMs }) => atMs),
    ...charges.map(({ atMs }) => atMs),
    // What the purchase asked the provider before it was pressed is no part of it.
    ...provider.flatMap(({ toMs }) => toMs ?? []),
  );
  const margin = Math.max(2, (last - first) * 0.03);
  return { fromMs: first - margin, toMs: last + margin };
}

function clientLanes({ attempts, calls }: OperationStory, scale: TimeScale): Lane[] {
  const processes = [...new Set([...calls, ...attempts].map(({ process }) => process))];
  return processes.map((process) => ({
    name: `client ${process}`,
    marks: (y) =>
      html`${calls
        .filter((call) => call.process === process)
        .map(({ fromMs, toMs }) =>
          bar(scale, { fromMs, toMs: toMs ?? scale.toMs, y: y + 7, height: 3, name: 'call' }),
        )}${attempts
        .filter((attempt) => attempt.process === process)
        .map((attempt) => attemptMark(attempt, scale, y))}`,
  }));
}

function attemptMark(attempt: AttemptStory, scale: TimeScale, y: number): Html {
  const endMs = attempt.endMs ?? scale.toMs;
  const end = endKind(attempt.end, attempt.replayed);
  const title = `attempt ${attempt.number ?? '?'} to ${attempt.to ?? 'nobody knows'}: ${end}${attempt.errorClass === null ? '' : ` (${attempt.errorClass})`}, ${durationWords(endMs - attempt.sentMs)}`;
  return html`<g class="attempt"
    ><title>${title}</title
    >${bar(scale, { fromMs: attempt.sentMs, toMs: endMs, y: y - 5, height: 10, name: end.replace(' ', '-') })}<text
      x="${scale.x(attempt.sentMs)}"
      y="${y + 4}"
      dx="3"
      class="number"
      >${attempt.number ?? ''}</text
    ><text x="${scale.x(endMs)}" y="${y}" class="mark ${end.replace(' ', '-')}">${END_MARK[end]}</text></g
  >`;
}

function edgeLanes({ attempts }: OperationStory, scale: TimeScale): Lane[] {
  const edges = new Map<string, AttemptStory[]>();
  for (const attempt of attempts) {
    const [arrival] = attempt.arrivals;
    const name = attempt.to ?? (arrival === undefined ? 'edge' : `edge@${arrival.node}`);
    edges.set(name, [...(edges.get(name) ?? []), attempt]);
  }
  return [...edges]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, own]) => ({
      name: `proxy ${name}`,
      marks: (y) =>
        html`${own.map((attempt) => html`${attempt.arrivals.map(({ headMs, node }) => html`<text x="${scale.x(headMs)}" y="${y}" class="mark"><title>attempt ${attempt.number ?? '?'} arrived at ${node}</title>▼</text>`)}${deathAt(attempt, ['died before arrival', 'died on the way back'], scale, y)}`)}`,
    }));
}

function nodeLanes({ attempts }: OperationStory, scale: TimeScale): Lane[] {
  const nodes = [...new Set(attempts.flatMap(({ arrivals }) => arrivals.map(({ node }) => node)))].toSorted();
  return nodes.map((node) => ({
    name: `web node ${node}`,
    marks: (y) =>
      html`${attempts.map((attempt) =>
        attempt.arrivals
          .filter((arrival) => arrival.node === node)
          .map(
            ({ headMs, answeredMs }) =>
              html`<g
                ><title>
                  attempt ${attempt.number ?? '?'}:
                  ${answeredMs === null ? 'never answered' : `answered after ${durationWords(answeredMs - headMs)}`}</title
                >${bar(scale, { fromMs: headMs, toMs: answeredMs ?? attempt.endMs ?? scale.toMs, y: y - 5, height: 10, name: answeredMs === null ? 'unanswered' : 'work' })}</g
              >`,
          ),
      )}${attempts
        .filter(({ arrivals }) => arrivals[0]?.node === node)
        .map((attempt) => deathAt(attempt, ['died in the node'], scale, y))}`,
  }));
}

/** On the lane where the answer was last seen, when its client gave up. */
function deathAt(
  { answer, endMs, number }: AttemptStory,
  fates: readonly AttemptStory['answer'][],
  scale: TimeScale,
  y: number,
): Html | null {
  if (!fates.includes(answer)) return null;
  return html`<text x="${scale.x(endMs ?? scale.toMs)}" y="${y}" class="mark in-doubt death"
    ><title>the answer to attempt ${number ?? '?'} ${answer}</title>✕</text
  >`;
}

function databaseLane({ commits }: OperationStory, scale: TimeScale): Lane {
  return {
    name: 'database commits',
    marks: (y) =>
      html`${commits.map(
        ({ atMs, kind, xid }) =>
          html`<g class="commit ${kind.replace(' ', '-')}"
            ><title>${kind} (transaction ${xid})</title
            ><line x1="${scale.x(atMs)}" x2="${scale.x(atMs)}" y1="${y - 10}" y2="${y + 6}" /><text
              x="${scale.x(atMs)}"
              y="${y - 3}"
              dx="3"
              class="letter"
              >${COMMIT_LETTER[kind]}</text
            ></g
          >`,
      )}`,
  };
}

function providerLane({ provider, charges }: OperationStory, scale: TimeScale): Lane {
  const within = (mark: ProviderMark) => (mark.toMs ?? scale.toMs) >= scale.fromMs;
  return {
    name: 'provider',
    marks: (y) =>
      html`${provider
        .filter(within)
        .map(
          (mark) =>
            html`<g
              ><title>
                ${mark.method} ${mark.path}:
                ${mark.status ?? 'no status'}${mark.answered ? '' : ', answer not delivered'}</title
              >${bar(scale, { fromMs: mark.fromMs, toMs: mark.toMs ?? scale.toMs, y: y - 5, height: 10, name: mark.answered ? 'work' : 'unanswered' })}</g
            >`,
        )}${charges.map(
        ({ atMs, status, id }) =>
          html`<text x="${scale.x(atMs)}" y="${y}" class="mark charge"
            ><title>${status === 'succeeded' ? 'charged' : 'declined'} (${id})</title
            >${status === 'succeeded' ? '€' : '✘'}</text
          >`,
      )}`,
  };
}

/** From a client's lane down to where its request arrived. */
function arrivalLines({ attempts }: OperationStory, scale: TimeScale, lanes: readonly Lane[]): Html {
  const yOf = (name: string) => lanes.findIndex((lane) => lane.name === name) * LANE_HEIGHT + LINE_Y;
  return html`<g class="ways"
    >${attempts.flatMap((attempt) =>
      attempt.arrivals.map(
        ({ node, headMs }) =>
          html`<line
            x1="${scale.x(attempt.sentMs)}"
            y1="${yOf(`client ${attempt.process}`)}"
            x2="${scale.x(headMs)}"
            y2="${yOf(`web node ${node}`)}"
          />`,
      ),
    )}</g
  >`;
}

function bar(
  scale: TimeScale,
  {
    fromMs,
    toMs,
    y,
    height,
    name,
  }: { fromMs: number; toMs: number; y: number; height: number; name: string },
): Html {
  return html`<rect
    x="${scale.x(fromMs)}"
    width="${scale.width(fromMs, toMs)}"
    y="${y}"
    height="${height}"
    class="lane-bar ${name}"
  />`;
}
