import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openEnum } from '../../shop/answers/open-enum.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { schemaChanges } from './schema-changes.ts';

const order = z.object({
  sku: z.string().min(1).max(64),
  quantity: z.int().min(1).max(20),
  note: z.string().nullish(),
});
const { sku, quantity } = order.shape;

/** As they are in code, so that what Zod really writes is compared. */
type Row = [what: string, before: z.ZodType, now: z.ZodType, changes: readonly string[]];

describe('what callers send', () => {
  test.each<Row>([
    ['nothing', order, order, []],
    ['a description', z.object({ sku: z.string() }), z.object({ sku: z.string().describe('Which.') }), []],
    ['a new optional field', order, order.extend({ gift: z.boolean().optional() }), []],
    ['a new field with a default', order, order.extend({ gift: z.boolean().default(false) }), []],
    ['a wider range', order, order.extend({ quantity: z.int().min(0).max(99) }), []],
    ['a limit less', order, order.extend({ sku: z.string() }), []],
    ['any number for an integer', z.object({ a: z.int() }), z.object({ a: z.number() }), []],
    ['one more value', z.enum(['a']), z.enum(['a', 'b']), []],
    ['any text for some', z.enum(['a']), z.string(), []],
    ['null too', z.object({ a: z.string() }), z.object({ a: z.string().nullable() }), []],
    [
      'a field that may be left out',
      z.object({ sku, quantity }),
      z.object({ sku, quantity: quantity.optional() }),
      [],
    ],
    ['another kind too', z.string(), z.union([z.string(), z.int()]), []],
    [
      'a new required field',
      order,
      order.extend({ country: z.string() }),
      ['the input’s country is now required'],
    ],
    ['a field that could be left out', order, order.required(), ['the input’s note is now required']],
    ['a field less', order, order.omit({ note: true }), ['the input’s note is no longer read']],
    [
      'a renamed field',
      z.object({ sku }),
      z.object({ product: sku }),
      ['the input’s sku is no longer read', 'the input’s product is now required'],
    ],
    [
      'a narrower range',
      order,
      order.extend({ quantity: z.int().min(2).max(10) }),
      [
        'the input’s quantity is limited more (minimum 1 → 2)',
        'the input’s quantity is limited more (maximum 20 → 10)',
      ],
    ],
    ['a pattern', z.string(), z.string().regex(/^a/), ['the input is limited more (pattern none → "^a")']],
    [
      'another pattern',
      z.string().regex(/^a/),
      z.string().regex(/^b/),
      ['the input is limited more (pattern "^a" → "^b")'],
    ],
    [
      'another type',
      z.object({ a: z.string() }),
      z.object({ a: z.int() }),
      ['the input’s a can no longer be of type string'],
    ],
    ['only whole numbers', z.number(), z.int(), ['the input can no longer be of type number']],
    ['a value less', z.enum(['a', 'b']), z.enum(['a']), ['the input can no longer be "b"']],
    ['some text for any', z.string(), z.enum(['a']), ['the input can no longer be anything else']],
    ['no null', z.string().nullable(), z.string(), ['the input can no longer be of type null']],
    [
      'an element of a list',
      z.array(z.object({ sku, quantity })),
      z.array(z.object({ sku, quantity: quantity.max(5) })),
      ['each of the input’s quantity is limited more (maximum 20 → 5)'],
    ],
    [
      'something deep inside',
      z.object({ address: z.object({ city: z.string().nullable() }) }),
      z.object({ address: z.object({ city: z.string() }) }),
      ['the input’s address’s city can no longer be of type null'],
    ],
    [
      'another default',
      z.object({ gift: z.boolean().default(false) }),
      z.object({ gift: z.boolean().default(true) }),
      ['the input’s gift, when it isn’t sent, no longer means false'],
    ],
  ])('%s', (_, before, now, changes) => {
    expect(schemaChanges('input', jsonSchemaOf(before, 'input'), jsonSchemaOf(now, 'input'))).toEqual(
      changes,
    );
  });
});

describe('what callers get', () => {
  test.each<Row>([
    ['nothing', order, order, []],
    ['a new field', order, order.extend({ gift: z.boolean() }), []],
    ['a field that is always there now', order, order.required(), []],
    ['a narrower range', order, order.extend({ quantity: z.int().min(2).max(10) }), []],
    ['a value less', z.enum(['a', 'b']), z.enum(['a']), []],
    ['never null any more', z.string().nullable(), z.string(), []],
    ['a new name where more were announced', openEnum(['a']), openEnum(['a', 'b']), []],
    ['only some names where more were announced', openEnum(['a', 'b']), z.enum(['a']), []],
    ['an integer for any number', z.number(), z.int(), []],
    ['a field less', order, order.omit({ quantity: true }), ['the answer’s quantity is gone']],
    ['an optional field less', order, order.omit({ note: true }), ['the answer’s note is gone']],
    [
      'a field that may be missing',
      order,
      order.extend({ quantity: quantity.optional() }),
      ['the answer’s quantity may now be missing'],
    ],
    [
      'null',
      z.object({ a: z.string() }),
      z.object({ a: z.string().nullable() }),
      ['the answer’s a may now be of type null'],
    ],
    ['a new value', z.enum(['a']), z.enum(['a', 'b']), ['the answer may now be "b"']],
    ['any text for some', z.literal('paid'), z.string(), ['the answer may now be anything else']],
    [
      'more names to come, where none were announced',
      z.enum(['a']),
      openEnum(['a']),
      ['the answer may now be anything else'],
    ],
    [
      'a wider range',
      order,
      order.extend({ quantity: z.int().min(0).max(99) }),
      [
        'the answer’s quantity is limited less (minimum 1 → 0)',
        'the answer’s quantity is limited less (maximum 20 → 99)',
      ],
    ],
    [
      'another type',
      z.object({ a: z.int() }),
      z.object({ a: z.string() }),
      ['the answer’s a may now be of type string'],
    ],
    ['any number for an integer', z.int(), z.number(), ['the answer may now be of type number']],
    [
      'an element of a list',
      z.array(order),
      z.array(order.omit({ sku: true })),
      ['each of the answer’s sku is gone'],
    ],
    [
      'something behind a null',
      z.object({ order: order.nullable() }),
      z.object({ order: order.omit({ sku: true }).nullable() }),
      ['the answer’s order’s sku is gone'],
    ],
  ])('%s', (_, before, now, changes) => {
    expect(schemaChanges('answer', jsonSchemaOf(before, 'output'), jsonSchemaOf(now, 'output'))).toEqual(
      changes,
    );
  });
});

test.each(['input', 'answer'] as const)(
  'a keyword that nobody here knows is not waved through: %s',
  (direction) => {
    const [before, now] = [
      { type: 'string', wobbles: 1 },
      { type: 'string', wobbles: 2 },
    ];
    expect(schemaChanges(direction, before, now)).toHaveLength(1);
  },
);
