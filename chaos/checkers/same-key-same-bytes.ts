import type { RecordRow } from '../final-state.ts';
import { keyUsesOf } from '../history/attempts.ts';
import type { KeyUse } from '../history/attempts.ts';
import type { OperationEvent } from '../history/event.ts';
import { asPlacedOrder } from '../history/value.ts';
import type { PlacedOrder } from '../history/value.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { groupBy } from './intent-index.ts';

const PROCEDURE = 'checkout.placeOrder';

export const sameKeySameBytes: Checker = {
  name: 'same-key-same-bytes',
  invariant: 'Whoever asks again with the same key gets the same bytes, marked as a replay.',
  check(history, { database }) {
    const findings = new FindingList();
    // The same key of two customers is two records.
    const records = groupBy(
      database.records.filter((record) => record.procedure === PROCEDURE),
      (record) => record.key,
    );
    let repeated = 0;

    for (const use of keyUsesOf(history)) {
      const answers = compareAnswers(use, { areMarked: true }, findings);
      const proof = { intent: use.intent, events: answers.map((answer) => answer.index) };
      if (answers.length > 1) repeated += 1;

      // What the next retry would get. The stored form is the product's own; that it speaks of the
      // acknowledged order can be seen all the same.
      const told = answers.flatMap((answer) =>
        answer.type === 'ok' ? (asPlacedOrder(answer.value) ?? []) : [],
      )[0];
      if (told === undefined || use.key === null) continue;
      const stored = records.get(use.key.toLowerCase()) ?? [];
      if (stored.length === 0) {
        findings.add('record-missing', `key ${use.key} was acknowledged and has no record`, proof);
      } else if (!stored.some((record) => speaksOf(record, told))) {
        const message = `the outcome stored under key ${use.key} isn't the order that was acknowledged`;
        const rows = stored.map((record) => `idempotency_record/${record.key}/${record.scope}`);
        findings.add('stored-outcome-differs', message, { ...proof, rows });
      }
    }
    return { premise: repeated, violations: findings.found };
  },
};

/**
 * The half of it that the wire alone shows: an app whose records nobody can read is judged by this.
 *
 * @returns the definite answers to that key
 */
export function compareAnswers(
  use: KeyUse,
  { areMarked }: { areMarked: boolean },
  findings: FindingList,
): OperationEvent[] {
  const answers = use.attempts
    .flatMap(({ completion }) => completion ?? [])
    .filter((completion) => completion.type === 'ok' || completion.type === 'refused')
    .filter((completion) => completion.response !== null);
  if (answers.length < 2) return answers;
  const proof = { intent: use.intent, events: answers.map((answer) => answer.index) };
  const different = new Set(answers.map(({ response }) => `${response?.httpStatus} ${response?.bodyHash}`));
  if (different.size > 1)
    findings.add('answers-differ', `key ${use.key} got ${different.size} different answers`, proof);
  if (areMarked && answers.filter(({ response }) => response?.replayed !== true).length > 1) {
    const message = `key ${use.key} got two answers that both claim to be the first`;
    findings.add('replay-not-marked', message, proof);
  }
  return answers;
}

function speaksOf({ outcome }: RecordRow, { orderId, reference }: PlacedOrder): boolean {
  return outcome !== null && outcome.includes(orderId) && outcome.includes(reference);
}
