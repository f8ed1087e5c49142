import type { OperationStory } from '../analysis/operations.ts';

/**
 * Those whose lanes are shown: of different stories one each, and first those in which the most happened.
 * A soak has thousands, most of them the same.
 */
export function sampleOf(operations: readonly OperationStory[], most: number): OperationStory[] {
  const kinds = Map.groupBy(operations, kindOf);
  return [...kinds.values()]
    .flatMap(([first]) => first ?? [])
    .toSorted((a, b) => b.attempts.length - a.attempts.length)
    .slice(0, most);
}

/** Two operations of one kind look the same on the lanes, but for the times. */
function kindOf({ intent, attempts, commits, charges }: OperationStory): string {
  const ends = new Set(attempts.map(({ end, answer, replayed }) => `${end} ${answer} ${replayed}`));
  return JSON.stringify([
    intent.client,
    [...ends],
    commits.map(({ kind }) => kind),
    charges.map(({ status }) => status),
  ]);
}
