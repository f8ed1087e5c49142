import { IdempotencyError } from './errors.ts';
import type { Policy } from './policy.ts';
import type { Ports } from './ports.ts';

/** Fingerprint of an input under each policy version that may have stored it. */
export type Fingerprints = ReadonlyMap<number, string>;

/**
 * SHA-256 of the canonical JSON of the parsed input. Parsed, because two spellings of one call (a
 * missing field and its default) are one call; canonical, because key order is no difference.
 *
 * @throws IdempotencyError IDEMPOTENCY_INPUT_UNFIT when the input has no canonical form
 */
export function fingerprint(ports: Pick<Ports, 'canonicalize' | 'sha256'>, input: unknown): string {
  let canonical: string;
  try {
    canonical = ports.canonicalize(input ?? null);
  } catch (cause) {
    throw new IdempotencyError('IDEMPOTENCY_INPUT_UNFIT', { cause });
  }
  return ports.sha256(canonical);
}

export function fingerprints(
  ports: Pick<Ports, 'canonicalize' | 'sha256'>,
  policy: Policy,
  input: unknown,
  rawInput: unknown,
): Fingerprints {
  const all = new Map([[policy.version, fingerprint(ports, input)]]);
  for (const [version, previous] of Object.entries(policy.previous ?? {})) {
    try {
      all.set(Number(version), fingerprint(ports, previous.parseInput(rawInput)));
    } catch {
      // The older version would have refused this input, so no record of it can match.
    }
  }
  return all;
}
