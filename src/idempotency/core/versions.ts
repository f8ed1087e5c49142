import type { IdempotencyErrorCode } from './errors.ts';
import { fingerprint } from './fingerprint.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import type { Policy, PreviousVersion } from './policy.ts';
import type { Ports } from './ports.ts';
import type { IdempotencyRecord, StepResult } from './record.ts';
import type { Upgrade } from './store.ts';

/** Whether a request can be compared with the content that a record was made of. */
export function canCompare(policy: Policy, record: IdempotencyRecord): boolean {
  return isOwn(policy, record) || previousOf(policy, record) !== undefined;
}

/** Whether this version can go on with what the record has begun. */
export function canResume(policy: Policy, record: IdempotencyRecord): boolean {
  return isOwn(policy, record) || previousOf(policy, record)?.resume !== undefined;
}

/** The versions of a policy's records that this version can go on with. */
export function resumableVersions(policy: Policy): number[] {
  const previous = Object.entries(policy.previous ?? {}).filter(([, { resume }]) => resume !== undefined);
  return [policy.version, ...previous.map(([version]) => Number(version))];
}

/** Why this version can't give a settled record's answer; null where it can. */
export function unreadableBy(policy: Policy, record: IdempotencyRecord): IdempotencyErrorCode | null {
  if (isOwn(policy, record) || record.state === 'void') return null;
  if (record.policyVersion > policy.version) return 'OPERATION_OF_NEWER_VERSION';
  const previous = previousOf(policy, record);
  const readable = record.state === 'failed' ? previous !== undefined : previous?.answer !== undefined;
  return readable ? null : 'ANSWER_OF_OLDER_VERSION';
}

/**
 * What an older version began, in the form of this one: input, fingerprint and finished steps. From then on
 * it is an operation of this version, and nodes of the older one leave it alone.
 */
export function upgradeOf(
  record: IdempotencyRecord,
  policy: Policy,
  ports: Pick<Ports, 'canonicalize' | 'sha256'>,
): Upgrade {
  const resume = previousOf(policy, record)?.resume;
  if (resume === undefined || record.input === null)
    throw new Error(`Bug: took over version ${record.policyVersion} without knowing how to go on`);
  const input: unknown = resume.input(JSON.parse(record.input));
  const results = mapValues(record.steps, ({ result }) => JSON.parse(result) as unknown);
  const steps = mapValues(resume.steps?.(results) ?? results, (result, step): StepResult => {
    const stored = record.steps[step];
    return {
      result: JSON.stringify(result ?? null),
      fence: stored?.fence ?? record.fence,
      finishedAt: stored?.finishedAt ?? record.createdAt.toISOString(),
    };
  });
  return {
    policyVersion: policy.version,
    fingerprint: fingerprint(ports, input),
    input: JSON.stringify(input),
    steps,
  };
}

/**
 * The stored outcome as this version answers it; null where there is none yet. Of its own version the
 * bytes stay as they are. Ask `unreadableBy` first.
 */
export function outcomeIn(policy: Policy, record: IdempotencyRecord): Outcome | null {
  const stored = outcomeOf(record);
  if (stored?.kind !== 'succeeded' || isOwn(policy, record)) return stored;
  const answer = previousOf(policy, record)?.answer;
  if (answer === undefined) throw new Error(`Bug: version ${record.policyVersion} can't be answered`);
  return { ...stored, text: JSON.stringify(answer(JSON.parse(stored.text)) ?? null) };
}

function isOwn(policy: Policy, record: IdempotencyRecord): boolean {
  return record.policyVersion === policy.version;
}

function previousOf(policy: Policy, record: IdempotencyRecord): PreviousVersion | undefined {
  return policy.previous?.[record.policyVersion];
}

function mapValues<V, W>(
  record: Readonly<Record<string, V>>,
  change: (value: V, key: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
