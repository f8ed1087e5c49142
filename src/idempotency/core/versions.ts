import { fingerprint } from './fingerprint.ts';
import type { Outcome } from './outcome.ts';
import type { Policy } from './policy.ts';
import type { Ports } from './ports.ts';
import type { IdempotencyRecord, StepResult } from './record.ts';
import type { Upgrade } from './store.ts';

/**
 * What an older version began, in the form of this one: input, fingerprint and finished steps. From then on
 * it is an operation of this version, and nodes of the older one leave it alone.
 */
export function upgradeOf(
  record: IdempotencyRecord,
  policy: Policy,
  ports: Pick<Ports, 'canonicalize' | 'sha256'>,
): Upgrade {
  const resume = policy.previous?.[record.policyVersion]?.resume;
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

/** A stored outcome as this version answers it. Of its own version the bytes stay as they are. */
export function outcomeIn(policy: Policy, record: IdempotencyRecord, stored: Outcome): Outcome {
  if (record.policyVersion === policy.version || stored.kind !== 'succeeded') return stored;
  const answer = policy.previous?.[record.policyVersion]?.answer;
  if (answer === undefined) throw new Error(`Bug: version ${record.policyVersion} can't be answered`);
  return { ...stored, text: JSON.stringify(answer(JSON.parse(stored.text)) ?? null) };
}

function mapValues<V, W>(
  record: Readonly<Record<string, V>>,
  change: (value: V, key: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
