import { isDeepStrictEqual } from 'node:util';
import type { RecordRow } from '../final-state.ts';
import { keyUsesOf } from '../history/attempts.ts';
import type { KeyUse, Pair } from '../history/attempts.ts';
import type { OperationEvent } from '../history/event.ts';
import { isInNextForm, releasesIn, TOLD_BY_NEXT } from '../history/releases.ts';
import type { Release } from '../history/releases.ts';
import { asPlacedOrder } from '../history/value.ts';
import type { PlacedOrder } from '../history/value.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { groupBy } from './intent-index.ts';

const PROCEDURE = 'checkout.placeOrder';

/**
 * Between two releases of the shop an answer has two forms: each release gives its own, byte for byte the
 * same, and the next's is the first's with what it tells beyond it, and nothing else (`docs/versioning.md`).
 */
export const sameKeySameBytes: Checker = {
  name: 'same-key-same-bytes',
  invariant:
    'Whoever asks again with the same key gets the same bytes, marked as a replay; from the next release the same answer in its form.',
  check(history, { database }) {
    const findings = new FindingList();
    // The same key of two customers is two records.
    const records = groupBy(
      database.records.filter((record) => record.procedure === PROCEDURE),
      (record) => record.key,
    );
    const releasesOf = releasesIn(history);
    let repeated = 0;

    for (const use of keyUsesOf(history)) {
      const answers = compareAnswers(use, { areMarked: true, areTheSame: areTheSameOrder }, findings);
      const proof = { intent: use.intent, events: answers.map((answer) => answer.index) };
      if (answers.length > 1) repeated += 1;
      for (const attempt of use.attempts) checkForm(attempt, releasesOf(attempt), findings);

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
 * @param options.areTheSame what is as good as the same bytes; default nothing else
 * @returns the definite answers to that key
 */
export function compareAnswers(
  use: KeyUse,
  {
    areMarked,
    areTheSame = haveTheSameBytes,
  }: { areMarked: boolean; areTheSame?: (answers: readonly OperationEvent[]) => boolean },
  findings: FindingList,
): OperationEvent[] {
  const answers = use.attempts
    .flatMap(({ completion }) => completion ?? [])
    .filter((completion) => completion.type === 'ok' || completion.type === 'refused')
    .filter((completion) => completion.response !== null);
  if (answers.length < 2) return answers;
  const proof = { intent: use.intent, events: answers.map((answer) => answer.index) };
  if (!areTheSame(answers)) {
    const different = new Set(answers.map(bytesOf));
    findings.add('answers-differ', `key ${use.key} got ${different.size} different answers`, proof);
  }
  if (areMarked && answers.filter(({ response }) => response?.replayed !== true).length > 1) {
    const message = `key ${use.key} got two answers that both claim to be the first`;
    findings.add('replay-not-marked', message, proof);
  }
  return answers;
}

/** One refusal or one order: of each release's form the same bytes, and of both forms the same order. */
function areTheSameOrder(answers: readonly OperationEvent[]): boolean {
  if (answers.some(({ type }) => type === 'refused')) return haveTheSameBytes(answers);
  const first = answers.filter((answer) => formOf(answer) === 'first');
  const next = answers.filter((answer) => formOf(answer) === 'next');
  if (!haveTheSameBytes(first) || !haveTheSameBytes(next)) return false;
  const [ofFirst, ofNext] = [first[0], next[0]];
  if (ofFirst === undefined || ofNext === undefined) return true;
  return isDeepStrictEqual(ofNext.value, { ...(ofFirst.value as PlacedOrder), ...TOLD_BY_NEXT });
}

/** A node gives an order in the form of its own release, whichever release stored it. */
function checkForm({ completion }: Pair, releases: readonly Release[], findings: FindingList): void {
  if (completion?.type !== 'ok' || releases.includes(formOf(completion))) return;
  const message = `a node of the ${releases.join(' or ')} release answered key ${completion.key} in the form of the ${formOf(completion)} one`;
  findings.add('another-releases-form', message, { intent: completion.intent, events: [completion.index] });
}

function haveTheSameBytes(answers: readonly OperationEvent[]): boolean {
  return new Set(answers.map(bytesOf)).size <= 1;
}

function bytesOf({ response }: OperationEvent): string {
  return `${response?.httpStatus} ${response?.bodyHash}`;
}

function formOf({ value }: OperationEvent): Release {
  return isInNextForm(value) ? 'next' : 'first';
}

function speaksOf({ outcome }: RecordRow, { orderId, reference }: PlacedOrder): boolean {
  return outcome !== null && outcome.includes(orderId) && outcome.includes(reference);
}
