import { CUSTOMER_COOKIE } from '../customer-cookie.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { PLAIN_HTTP } from '../plain-http/path.ts';
import { parametersOf } from '../plain-http/query-parameters.ts';
import { problem } from '../problem-schema.ts';
import type { Contract, ErrorContract, JsonSchema, KeyedContract, ProcedureContract } from './contract.ts';
import { durationInWords, promiseInWords } from './in-words.ts';

/** A part of an OpenAPI document. */
type Part = Readonly<Record<string, unknown>>;

/**
 * The contract for callers without tRPC, as OpenAPI describes an HTTP API.
 * @see https://spec.openapis.org/oas/v3.1.1
 */
export function openApiOf(contract: Contract): Part {
  const paths = Object.entries(contract.procedures).map(([name, procedure]) => [
    procedure.http.path.slice(PLAIN_HTTP.length),
    { [procedure.http.method.toLowerCase()]: operationOf(name, procedure, contract) },
  ]);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Ostrand Pottery',
      version: '1',
      description:
        'A shop whose mutations run once, however often they arrive. An answer may gain fields, and an enumeration that is marked `x-extensible-enum` may gain names; callers pass over what they don’t know.',
    },
    servers: [{ url: PLAIN_HTTP }],
    externalDocs: { description: 'The same to read', url: '/contract' },
    paths: Object.fromEntries(paths) as Part,
    components: {
      securitySchemes: {
        customer: {
          type: 'apiKey',
          in: 'cookie',
          name: CUSTOMER_COOKIE,
          description: 'The first page of the shop that is asked for gives it.',
        },
      },
      parameters: { Attempt: ATTEMPT, RetryReason: RETRY_REASON },
      headers: {
        IdempotentReplayed: IDEMPOTENT_REPLAYED,
        OperationId: OPERATION_ID,
        RetryAfter: RETRY_AFTER,
      },
      schemas: { Problem: jsonSchemaOf(problem, 'output') },
    },
  };
}

const ATTEMPT = {
  name: 'X-Attempt',
  in: 'header',
  description: 'Which attempt of the same call this is, from 1 on. It is only written down.',
  schema: { type: 'integer', minimum: 1, maximum: 10_000 },
};
const RETRY_REASON = {
  name: 'X-Retry-Reason',
  in: 'header',
  description: 'Why it is made again: `timeout`, `network`, `in_progress`. It is only written down.',
  schema: { type: 'string', pattern: '^[a-z_]{1,30}$' },
};
const IDEMPOTENT_REPLAYED = {
  description: 'There, and `true`, where the call was done before and this is its stored answer.',
  schema: { const: 'true' },
};
const OPERATION_ID = {
  description: 'Names what the key stands for, in logs and to people.',
  schema: { type: 'string', pattern: '^op_' },
};
const RETRY_AFTER = {
  description: 'Seconds to wait before the same call is sent again with the same key.',
  schema: { type: 'integer', minimum: 1 },
};

const ref = (kind: string, name: string): Part => ({ $ref: `#/components/${kind}/${name}` });

function operationOf(name: string, procedure: ProcedureContract, contract: Contract): Part {
  const { summary, input, caller, deprecated, http } = procedure;
  return {
    operationId: name,
    tags: [name.split('.', 1)[0]],
    summary,
    description: [
      promiseInWords(procedure),
      ...(deprecated
        ? [
            `Deprecated since ${deprecated.since}, may be gone from ${deprecated.sunset} on: ${deprecated.instead}`,
          ]
        : []),
    ].join('\n\n'),
    ...(deprecated && { deprecated: true }),
    security: caller === 'customer' ? [{ customer: [] }] : [],
    parameters: [
      ...(http.method === 'GET' ? parametersOf(input).map(queryParameter) : []),
      ...(procedure.kind === 'keyed'
        ? [idempotencyKey(procedure), ref('parameters', 'Attempt'), ref('parameters', 'RetryReason')]
        : []),
    ],
    ...(http.method === 'POST' && {
      requestBody: { required: true, content: { 'application/json': { schema: input ?? {} } } },
    }),
    responses: {
      200: {
        description: 'The answer.',
        ...(procedure.kind === 'keyed' && {
          headers: {
            'X-Operation-Id': ref('headers', 'OperationId'),
            'Idempotent-Replayed': ref('headers', 'IdempotentReplayed'),
          },
        }),
        content: { 'application/json': { schema: procedure.answer } },
      },
      ...problemResponses(procedure, contract),
    },
    ...(procedure.kind === 'keyed' && { 'x-idempotency': procedure.promise }),
  };
}

function queryParameter({ name, required, schema }: ReturnType<typeof parametersOf>[number]): Part {
  return { name, in: 'query', required, schema };
}

/**
 * The key as the IETF's draft writes it: a String of Structured Fields, so with quotes.
 * @see draft-ietf-httpapi-idempotency-key-header, section 2.1
 */
function idempotencyKey({ promise: { window } }: KeyedContract): Part {
  const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}';
  return {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description: [
      'A UUIDv7 of this one intent, in double quotes (a String of RFC 9651); the bare form names the same key.',
      'Make it once, keep it, and send it with every repeat. Another content under the same key is refused.',
      `It carries the time at which it was made: it is good for ${durationInWords(window.backMs)} after it and ${durationInWords(window.aheadMs)} before.`,
    ].join(' '),
    schema: { type: 'string', pattern: `^("${uuid}"|${uuid})$` },
    example: '"019dcbe0-1c00-7000-8000-000000000001"',
  };
}

/** One response for each status; its description says which errors have it and what they mean. */
function problemResponses(procedure: ProcedureContract, contract: Contract): Part {
  const codes = [...new Set([...procedure.errors, ...contract.anyCall])]
    .filter((code) => !TRPC_ONLY.has(code))
    .toSorted();
  const byStatus = Map.groupBy(codes, (code) => String(contract.errors[code]?.status ?? 500));
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [status, problemResponse(procedure, group, contract.errors)]),
  );
}

/** Plain HTTP has no batches. */
const TRPC_ONLY = new Set(['IDEMPOTENCY_KEY_BATCHED']);

function problemResponse(
  procedure: ProcedureContract,
  codes: readonly string[],
  errors: Contract['errors'],
): Part {
  const rows = codes.flatMap((code): [string, ErrorContract][] =>
    errors[code] ? [[code, errors[code]]] : [],
  );
  const stored = procedure.kind === 'keyed' ? procedure.promise.storedRefusals : [];
  const isStored = codes.some((code) => stored.includes(code));
  const isRetryable = rows.some(([, { retryable }]) => retryable);
  const schema: JsonSchema = {
    allOf: [
      ref('schemas', 'Problem'),
      { type: 'object', properties: { code: { type: 'string', enum: codes } } },
    ],
  };
  return {
    description: rows
      .map(
        ([code, { definite, detail }]) =>
          `\`${code}\` (${definite ? 'definite' : 'not definite'}): ${detail}`,
      )
      .join('\n\n'),
    headers: {
      ...(isStored && { 'Idempotent-Replayed': ref('headers', 'IdempotentReplayed') }),
      ...((isStored || (procedure.kind === 'keyed' && isRetryable)) && {
        'X-Operation-Id': ref('headers', 'OperationId'),
      }),
      ...(isRetryable && { 'Retry-After': ref('headers', 'RetryAfter') }),
    },
    content: { 'application/problem+json': { schema } },
  };
}
