import { isSettled, type IdempotencyRecord } from '../../core/index.ts';
import type { Change, Ground } from './ground.ts';
import { remoteSteps, transactionalSteps } from './purchase.ts';
import type { World } from './world.ts';

/** What is wrong with one committed change of a record. */
export function violationsOfChange({ before, after, nowMs }: Change): string[] {
  if (before === null) return [];
  const wrong: string[] = [];
  if (isSettled(before.state) && JSON.stringify(before) !== JSON.stringify(after))
    wrong.push('A settled record was changed');
  if (before.state === 'compensating' && !['compensating', 'failed', 'stuck'].includes(after.state))
    wrong.push(`What was being undone turned back: ${after.state}`);
  if (before.operationId !== after.operationId) wrong.push('An operation was replaced by another');
  if (after.fence < before.fence) wrong.push('The fence went back');
  if (before.fence === after.fence && before.holder !== after.holder)
    wrong.push('The holder changed without a new fence');
  if (after.fence > before.fence && before.leaseUntil.getTime() > nowMs)
    wrong.push('A valid lease was taken over');
  if (Object.keys(before.steps).some((step) => before.steps[step]?.result !== after.steps[step]?.result))
    wrong.push('A finished step was lost or changed');
  const added = Object.entries(after.steps).filter(([step]) => before.steps[step] === undefined);
  if (added.some(([, { fence }]) => fence !== after.fence)) wrong.push('A stale holder stored a step');
  return wrong;
}

/** What a record says, but for its stamps. */
function saidBy({ state, fence, holder, steps, outcome }: IdempotencyRecord): string {
  return JSON.stringify([state, fence, holder, Object.keys(steps).toSorted(), outcome]);
}

/** What is wrong with what is left of a record in the store, and with what isn't. */
function violationsOfForgetting(
  stored: IdempotencyRecord | null,
  changes: readonly Change[],
  windowOver: boolean,
): string[] {
  const last = changes.at(-1)?.after ?? null;
  const wrong: string[] = [];
  if (changes.filter(({ before }) => before === null).length > 1)
    wrong.push('A forgotten key was claimed again');
  if (windowOver && stored !== null && isSettled(stored.state)) wrong.push('It is never forgotten');
  if (stored !== null && last !== null && saidBy(stored) !== saidBy(last))
    wrong.push('An earlier state of the record is back');
  if (stored !== null || last === null) return wrong;
  if (!windowOver) wrong.push('It was forgotten inside its window');
  if (!isSettled(last.state)) wrong.push('It was forgotten unsettled');
  return wrong;
}

/** What is wrong once the faults are over and completer and purge have had their time. */
export async function violationsAtEnd<Tx>(
  world: World<Tx>,
  ground: Ground<Tx>,
  windowOver: boolean,
): Promise<string[]> {
  const changes = await ground.changes();
  const { record: stored } = await ground.store.read(world.id);
  // Also when it is forgotten by now.
  const record = changes.at(-1)?.after ?? null;
  const wrong = [
    ...world.violations,
    ...changes.flatMap(violationsOfChange),
    ...violationsOfForgetting(stored, changes, windowOver),
  ];
  const { kind } = world.plan;
  const effects = await ground.effects();
  const executed = record?.state === 'succeeded' || record?.state === 'failed';

  wrong.push(...world.unfinished.map((name) => `${name} waits for ever`));
  if (record !== null && !isSettled(record.state)) wrong.push(`It stays ${record.state}`);
  for (const step of transactionalSteps[kind]) {
    const count = effects.filter((name) => name.startsWith(`${step}:`)).length;
    if (count > 1) wrong.push(`${count} executions of '${step}' were committed`);
    // A decline ends before the later steps; its beginning and its end are there all the same.
    if (executed && count === 0 && step !== 'note') wrong.push(`'${step}' is missing`);
    if (!executed && count > 0) wrong.push(`'${step}' was committed without an outcome`);
  }
  // Effects and holders both begin with the name of their process.
  const settler = effects.find((name) => name.startsWith('settle:'))?.split(/: |\./)[1];
  if (executed && settler !== record.holder.split('.')[0]) wrong.push('A stale holder settled it');
  if (kind === 'undone' && record?.state === 'succeeded') wrong.push('What had to be undone succeeded');
  for (const step of remoteSteps[kind]) {
    const count = world.provider.keys(step).length;
    if (count > 1) wrong.push(`The remote side saw ${count} keys for '${step}'`);
    if (record?.state === 'succeeded' && count === 0) wrong.push(`'${step}' is missing`);
    if (kind === 'undone' && record?.state === 'failed' && !world.plan.declines && count === 0)
      wrong.push(`It was refused, and '${step}' is missing`);
  }

  for (const answer of world.answers) {
    if ('error' in answer) {
      if (answer.code === 'INTERNAL') wrong.push(`${answer.who}: INTERNAL, by ${String(answer.error.cause)}`);
      wrong.push(...falselyDefinite(world, answer.code, answer.payload, record));
      continue;
    }
    const answered = [answer.operationId, answer.state, answer.text];
    const kept = [record?.operationId, record?.state, record?.outcome];
    if (JSON.stringify(answered) !== JSON.stringify(kept))
      wrong.push(`${answer.who} was told ${JSON.stringify(answered)}, and stored is ${JSON.stringify(kept)}`);
    if (record && answer.payload !== null && answer.state !== 'void' && !isOf(world, record, answer.payload))
      wrong.push(`${answer.who} got the answer to another payload`);
  }
  return wrong;
}

/** Codes that are definite whatever was executed don't occur here: every key is well-formed. */
const DEFINITE = new Set([
  'IDEMPOTENCY_KEY_MISSING',
  'IDEMPOTENCY_KEY_MALFORMED',
  'IDEMPOTENCY_KEY_BATCHED',
  'IDEMPOTENCY_INPUT_UNFIT',
  'OPERATION_CLOSED',
]);

/** Written without the engine's own table: an oracle that shares it shares its mistakes. */
function falselyDefinite<Tx>(
  world: World<Tx>,
  code: string,
  payload: string | null,
  record: IdempotencyRecord | null,
): string[] {
  if (DEFINITE.has(code)) return [`Falsely definite: ${code}`];
  const reused = code === 'IDEMPOTENCY_KEY_REUSED';
  const justified = record !== null && payload !== null && !isOf(world, record, payload);
  return reused && !justified ? ['Falsely definite: the key was told to be reused'] : [];
}

function isOf<Tx>(world: World<Tx>, record: IdempotencyRecord, payload: string): boolean {
  return world.payloadOf.get(record.fingerprint) === payload;
}
