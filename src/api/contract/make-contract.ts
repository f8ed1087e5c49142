import type { Policy } from '../../idempotency/index.ts';
import { PLAIN_HTTP } from '../plain-http/path.ts';
import type { Procedure } from '../procedures.ts';
import type { Contract, ProcedureContract, Promised } from './contract.ts';
import { errorCatalogue, keyErrors, anyCallErrors, type ErrorCode } from './error-catalogue.ts';
import { jsonSchemaOf } from '../json-schema.ts';

/**
 * The contract of these procedures.
 * @throws Error naming a procedure that doesn't say what it does or what it answers
 */
export function makeContract(procedures: readonly Procedure[]): Contract {
  const published = procedures.map((procedure) => [procedure.path, contractOf(procedure)] as const);
  return { procedures: Object.fromEntries(published), anyCall: anyCallErrors, errors: errorCatalogue };
}

function contractOf({ path, type, input, answer, meta }: Procedure): ProcedureContract {
  const { summary, caller, deprecated } = meta;
  if (summary === undefined || caller === undefined || answer === null)
    throw new Error(`The procedure ${path} doesn't say what it does, who may call it and what it answers`);
  const common = {
    summary,
    http: { method: type === 'query' ? 'GET' : 'POST', path: `${PLAIN_HTTP}/${path}` },
    caller,
    input: input === null ? null : jsonSchemaOf(input, 'input'),
    answer: jsonSchemaOf(answer, 'output'),
    errors: errorsOf(input !== null, meta),
    deprecated: deprecated ?? null,
  } as const;
  switch (meta.idempotency) {
    case 'natural':
      return { kind: 'natural', ...common, reason: meta.reason };
    case 'keyed':
      return { kind: 'keyed', ...common, promise: promiseOf(meta.policy) };
    default:
      meta.idempotency satisfies undefined;
      return { kind: 'query', ...common };
  }
}

function errorsOf(hasInput: boolean, meta: Procedure['meta']): readonly string[] {
  const codes = new Set<string>();
  if (hasInput) codes.add('BAD_INPUT' satisfies ErrorCode);
  if (meta.caller === 'customer') codes.add('UNAUTHENTICATED' satisfies ErrorCode);
  for (const code of meta.errors ?? []) codes.add(code);
  if (meta.idempotency === 'keyed')
    for (const code of [...keyErrors, ...meta.policy.storedRefusals]) codes.add(code);
  for (const code of codes)
    if (!Object.hasOwn(errorCatalogue, code)) throw new Error(`There is no error ${code}`);
  return [...codes].toSorted();
}

/** Facts that callers can rely on. How long a lease is, or how often the worker looks, may change any day. */
function promiseOf(policy: Policy): Promised {
  const { version, windowBackMs, windowAheadMs, joinMs, storedRefusals, retryAdvice, compensation } = policy;
  const reads = Object.entries(policy.previous ?? {}).map(
    ([older, { resume, answer }]) =>
      [older, { resumed: resume !== undefined, replayed: answer !== undefined }] as const,
  );
  return {
    version,
    reads: Object.fromEntries(reads),
    window: { backMs: windowBackMs, aheadMs: windowAheadMs },
    joinMs,
    storedRefusals,
    retryAdvice,
    compensation,
  };
}
