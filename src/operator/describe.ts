import {
  COMPENSATE,
  isSettled,
  parseKey,
  type IdempotencyRecord,
  type RecordState,
} from '../idempotency/index.ts';
import { visible } from './visible.ts';

/** One line an operation. */
export function table(records: readonly IdempotencyRecord[]): string {
  const rows = [
    ['OPERATION', 'PROCEDURE', 'STATE', 'TRIES', 'CREATED', 'NEXT TRY'],
    ...records.map((record) => [
      record.operationId,
      record.procedure,
      record.state,
      String(record.tries),
      instant(record.createdAt),
      record.state === 'stuck' ? 'when told to' : instant(record.nextTryAt),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return lines(
    rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  );
}

/** All that an operator may know of one operation. */
export function details(record: IdempotencyRecord, now: Date): string {
  const facts: [name: string, value: string][] = [
    ['procedure', `${record.procedure}, version ${record.policyVersion} of its policy`],
    ['state', `${record.state}: ${meaning(record.state)}`],
    ['customer', record.scope],
    ['called by', record.principal],
    ['key', maskedKey(record.key)],
    ['tries', `${record.tries} after the first`],
    ['fence', String(record.fence)],
    ['created', instant(record.createdAt)],
    ...timing(record, now),
    ['input', record.input === null ? 'not kept once settled' : shown(record.input)],
    ...outcome(record),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return lines([
    record.operationId,
    ...facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    '  steps',
    ...stepLines(record),
  ]);
}

/** The step that was finished last; null before the first. The turn to compensation is no step of its own. */
export function lastFinishedStep(record: IdempotencyRecord): string | null {
  return finishedSteps(record).findLast(([step]) => step !== COMPENSATE)?.[0] ?? null;
}

/** Why it is being undone; null while it goes forward. */
export function compensationReason({ steps }: IdempotencyRecord): string | null {
  const turn = steps[COMPENSATE];
  return turn === undefined ? null : (JSON.parse(turn.result) as string);
}

function timing(record: IdempotencyRecord, now: Date): [string, string][] {
  if (record.settledAt !== null) return [['settled', instant(record.settledAt)]];
  if (record.state === 'stuck') return [['next try', 'when told to: operations retry']];
  const held = record.leaseUntil > now;
  return [
    ['lease', held ? `held until ${instant(record.leaseUntil)}` : `over since ${instant(record.leaseUntil)}`],
    ['next try', record.nextTryAt > now ? instant(record.nextTryAt) : held ? 'under way' : 'due'],
  ];
}

function outcome({ state, outcome: text }: IdempotencyRecord): [string, string][] {
  if (!isSettled(state) || text === null) return [];
  return [['outcome', shown(text)]];
}

function stepLines(record: IdempotencyRecord): string[] {
  const steps = finishedSteps(record);
  if (steps.length === 0) return ['    none is finished'];
  const width = Math.max(...steps.map(([step]) => step.length));
  return steps.map(([step, { result, fence, finishedAt }]) => {
    // The reason is a sentence of the shop's own, with amounts and nothing else.
    const value = step === COMPENSATE ? (JSON.parse(result) as string) : shown(result);
    return `    ${step.padEnd(width)}  finished ${instant(new Date(finishedAt))}, fence ${fence}: ${value}`;
  });
}

/** In the order in which they were finished; `jsonb` keeps none. */
function finishedSteps({ steps }: IdempotencyRecord) {
  return Object.entries(steps).toSorted(
    ([, a], [, b]) => Date.parse(a.finishedAt) - Date.parse(b.finishedAt),
  );
}

function shown(json: string): string {
  return JSON.stringify(visible(JSON.parse(json)));
}

/** A key is its owner's secret: its time is told, its random part isn't. */
function maskedKey(key: string): string {
  const parsed = parseKey(key);
  const made = parsed.kind === 'valid' ? `, made ${instant(new Date(parsed.madeAtMs))}` : '';
  return `${key.slice(0, 13)}-…${made}`;
}

function meaning(state: RecordState): string {
  switch (state) {
    case 'running':
      return 'someone works on it, or worked and is gone';
    case 'outcome_unknown':
      return 'a remote call was sent and its answer is missing';
    case 'compensating':
      return 'it is being undone';
    case 'stuck':
      return 'given up after too many tries; a person decides';
    case 'succeeded':
      return 'done';
    case 'failed':
      return 'refused for good';
    case 'void':
      return 'closed before it was used';
    default:
      return state satisfies never;
  }
}

function instant(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
