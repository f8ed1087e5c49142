import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { makeKey } from '../../idempotency/testing/index.ts';
import { openApiOf } from './openapi.ts';
import { publishedContract } from './published-contract.ts';

/*
 * What OpenAPI 3.1 allows of what is used here, closed: a misspelt or misplaced field is refused. The whole
 * document was also held against the OpenAPI Initiative's own schema, by hand.
 */
const text = z.string().min(1);
const reference = z.strictObject({ $ref: z.string().startsWith('#/components/') });
const schema = z.looseObject({});
const header = z.strictObject({ description: text, schema });
const parameter = z.strictObject({
  name: text,
  in: z.enum(['query', 'header']),
  required: z.boolean().optional(),
  description: text.optional(),
  schema,
  example: z.unknown().optional(),
});
const response = z.strictObject({
  description: text,
  headers: z.record(text, z.union([reference, header])).optional(),
  content: z.partialRecord(
    z.enum(['application/json', 'application/problem+json']),
    z.strictObject({ schema }),
  ),
});
const operation = z.strictObject({
  operationId: text,
  tags: z.array(text).length(1),
  summary: text,
  description: text,
  deprecated: z.literal(true).optional(),
  security: z.array(z.record(text, z.array(z.never()))),
  parameters: z.array(z.union([reference, parameter])),
  requestBody: z
    .strictObject({
      required: z.literal(true),
      content: z.strictObject({ 'application/json': z.strictObject({ schema }) }),
    })
    .optional(),
  responses: z
    .record(z.string().regex(/^[1-5]\d\d$/), response)
    .refine((responses) => '200' in responses, { error: 'has no answer' }),
  'x-idempotency': z.unknown().optional(),
});
const document = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.strictObject({ title: text, version: text, description: text }),
  servers: z.array(z.strictObject({ url: text })),
  externalDocs: z.strictObject({ description: text, url: text }),
  paths: z.record(
    z.string().startsWith('/'),
    z.union([z.strictObject({ get: operation }), z.strictObject({ post: operation })]),
  ),
  components: z.strictObject({
    securitySchemes: z.record(
      text,
      z.strictObject({ type: z.literal('apiKey'), in: z.literal('cookie'), name: text, description: text }),
    ),
    parameters: z.record(text, parameter),
    headers: z.record(text, header),
    schemas: z.record(text, schema),
  }),
});

const openApi = JSON.parse(JSON.stringify(openApiOf(publishedContract))) as z.output<typeof document>;

test('is an OpenAPI document', () => {
  const { error } = document.safeParse(openApi);
  expect(error && z.prettifyError(error)).toBeUndefined();
});

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(openApi).matchAll(/"\$ref":"#([^"]+)"/g)].map(
    ([, path = '']) => path,
  );
  expect(references.length).toBeGreaterThan(50);
  for (const path of new Set(references)) {
    const target = path
      .split('/')
      .slice(1)
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], openApi);
    expect(target, `#${path}`).toBeTypeOf('object');
  }
});

test('has every procedure of the contract, under its own name', () => {
  const operations = Object.values(openApi.paths).map((path) => ('get' in path ? path.get : path.post));
  expect(operations.map(({ operationId }) => operationId)).toEqual(Object.keys(publishedContract.procedures));
});

test('schemas can be read by whoever knows JSON Schema', () => {
  for (const path of Object.values(openApi.paths)) {
    const { requestBody, responses, operationId } = 'get' in path ? path.get : path.post;
    const schemas = [
      requestBody?.content['application/json'].schema,
      responses['200']?.content['application/json']?.schema,
    ];
    for (const schema of schemas.filter((each) => each !== undefined))
      expect(() => z.fromJSONSchema(schema), `schemas of ${operationId}`).not.toThrow();
  }
});

describe('a mutation with a key', () => {
  const path = openApi.paths['/checkout.placeOrder'];
  const placeOrder = path && 'post' in path ? path.post : undefined;
  if (placeOrder === undefined) throw new Error('checkout.placeOrder is missing');
  const key = placeOrder.parameters.find((each) => 'name' in each && each.name === 'Idempotency-Key');
  const pattern = new RegExp(((key as z.output<typeof parameter>).schema as { pattern: string }).pattern);

  test('requires the header, in quotes as the IETF’s draft writes it, or bare', () => {
    expect(key).toMatchObject({ in: 'header', required: true });
    const made = makeKey();
    for (const good of [made, `"${made}"`, made.toUpperCase()]) expect(good).toMatch(pattern);
    for (const bad of [`"${made}`, crypto.randomUUID(), '', 'key', `${made}, ${made}`])
      expect(bad).not.toMatch(pattern);
  });

  test('says what comes with each answer', () => {
    const headersOf = (status: string) => Object.keys(placeOrder.responses[status]?.headers ?? {});
    expect(headersOf('200')).toEqual(['X-Operation-Id', 'Idempotent-Replayed']);
    // A refusal that is stored is replayed, too.
    expect(headersOf('402')).toEqual(['Idempotent-Replayed', 'X-Operation-Id']);
    expect(headersOf('503')).toEqual(['X-Operation-Id', 'Retry-After']);
    expect(headersOf('405')).toEqual([]);
    const { 200: ok, ...others } = placeOrder.responses;
    expect(Object.keys(ok?.content ?? {})).toEqual(['application/json']);
    for (const { content } of Object.values(others))
      expect(Object.keys(content)).toEqual(['application/problem+json']);
  });

  test('and which answers are definite', () => {
    expect(placeOrder.responses['409']?.description).toContain('`OUTCOME_UNKNOWN` (not definite)');
    expect(placeOrder.responses['402']?.description).toContain('`CARD_DECLINED` (definite)');
  });
});
