import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonSchemaOf } from '../json-schema.ts';
import { inputOf, parametersOf } from './query-parameters.ts';

const input = z.object({
  sku: z.string(),
  size: z.int().optional(),
  weight: z.number().optional(),
  glazed: z.boolean().optional(),
  kiln: z.enum(['wood', 'gas']).optional(),
});
const parametersOfInput = (schema: z.ZodType) => parametersOf(jsonSchemaOf(schema, 'input'));
const parameters = parametersOfInput(input);

test('a query’s fields are its parameters', () => {
  expect(parameters.map(({ name, required, type }) => ({ name, required, type }))).toEqual([
    { name: 'sku', required: true, type: 'string' },
    { name: 'size', required: false, type: 'number' },
    { name: 'weight', required: false, type: 'number' },
    { name: 'glazed', required: false, type: 'boolean' },
    { name: 'kiln', required: false, type: 'string' },
  ]);
  expect(parametersOf(null)).toEqual([]);
});

describe('reading them', () => {
  test.each<[string, object]>([
    ['sku=a&size=3', { sku: 'a', size: 3 }],
    ['sku=7', { sku: '7' }],
    ['weight=-0.5', { weight: -0.5 }],
    ['glazed=true', { glazed: true }],
    ['glazed=false', { glazed: false }],
    ['sku=', { sku: '' }],
    ['unknown=1', {}],
  ])('%s', (search, expected) => {
    expect(inputOf(parameters, new URLSearchParams(search))).toStrictEqual(expected);
  });

  test.each(['size=', 'size=three', 'size=1e3', 'size=0x10', 'glazed=yes'])(
    'what is no number and no truth value is left for the schema to refuse: %s',
    (search) => {
      const read = inputOf(parameters, new URLSearchParams(search));
      expect(input.safeParse({ sku: 'a', ...(read as object) }).success).toBe(false);
    },
  );

  test('a parameter that is given twice has no one value', () => {
    expect(() => inputOf(parameters, new URLSearchParams('sku=a&sku=b'))).toThrow('given twice');
  });

  test('a query without input gets none', () => {
    expect(inputOf([], new URLSearchParams('sku=a'))).toBeUndefined();
  });
});

test.each([
  ['a list', z.object({ skus: z.array(z.string()) })],
  ['an object', z.object({ by: z.object({ sku: z.string() }) })],
  ['no object at all', z.string()],
])('%s can’t be written as parameters', (_, schema) => {
  expect(() => parametersOfInput(schema)).toThrow('quer');
});
