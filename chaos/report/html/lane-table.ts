import { endKind } from '../analysis/series.ts';
import type { AttemptStory, OperationStory } from '../analysis/operations.ts';
import type { Table } from './figure.ts';

interface Line {
  atMs: number;
  where: string;
  what: string;
}

/** An operation's story in words, in the order in which it happened. */
export function storyTable(operation: OperationStory): Table {
  const lines: Line[] = [
    ...operation.attempts.flatMap(attemptLines),
    ...operation.commits.map(({ atMs, kind, xid }) => ({
      atMs,
      where: 'database',
      what: `commit: ${kind} (transaction ${xid})`,
    })),
    ...operation.provider.map(({ fromMs, method, path, status, answered }) => ({
      atMs: fromMs,
      where: 'provider',
      what: `${method} ${path}: ${status ?? 'no status'}${answered ? '' : ', its answer was not delivered'}`,
    })),
    ...operation.charges.map(({ atMs, status, id, amount }) => ({
      atMs,
      where: 'provider',
      what: `${status === 'succeeded' ? 'charge' : 'declined charge'} ${id} of ${(amount / 100).toFixed(2)}`,
    })),
  ];
  const sorted = lines.toSorted((a, b) => a.atMs - b.atMs);
  return {
    head: ['ms', 'where', 'what'],
    rows: sorted.map(({ atMs, where, what }) => [atMs.toFixed(1), where, what]),
  };
}

function attemptLines(attempt: AttemptStory): Line[] {
  const name = `attempt ${attempt.number ?? '?'}`;
  const { process, to, sentMs, endMs, end, errorClass, httpStatus, replayed, answer } = attempt;
  const details = [httpStatus, errorClass].filter((detail) => detail !== null).join(' ');
  return [
    { atMs: sentMs, where: process, what: `${name} sent to ${to ?? 'an address that nobody wrote down'}` },
    ...attempt.arrivals.flatMap(({ node, headMs, answeredMs }) => [
      { atMs: headMs, where: node, what: `${name} arrived` },
      ...(answeredMs === null ? [] : [{ atMs: answeredMs, where: node, what: `${name} answered` }]),
    ]),
    ...(endMs === null
      ? []
      : [
          {
            atMs: endMs,
            where: process,
            what: `${name} ended: ${endKind(end, replayed)}${details === '' ? '' : ` (${details})`}${answer === 'delivered' ? '' : `; the answer ${answer}`}`,
          },
        ]),
  ];
}
