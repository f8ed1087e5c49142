import { describe, expect, test } from 'vitest';
import { assertFitJson, UnfitBody } from './fit-json.ts';

const MAX_DEPTH = 16;
const check = (text: string) => () => {
  assertFitJson(JSON.parse(text), MAX_DEPTH);
};
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('refused', () => {
  test.each([
    ['a lone surrogate', '{"sku":"\\ud800"}', 'The body holds text that is not valid Unicode.'],
    ['a lone surrogate in a name', '{"\\udc00":1}', 'The body holds text that is not valid Unicode.'],
    ['1e400', '{"quantity":1e400}', 'The body holds a number that is too large to be exact.'],
    ['-1e400', '[-1e400]', 'The body holds a number that is too large to be exact.'],
    ['2^53 + 1', '{"quantity":9007199254740993}', 'The body holds a number that is too large to be exact.'],
    ['__proto__', '{"__proto__":{"isAdmin":true}}', 'The body uses the name __proto__, which no input has.'],
    ['constructor', '{"a":[{"constructor":1}]}', 'The body uses the name constructor, which no input has.'],
    ['one level too deep', nested(MAX_DEPTH + 1), 'The body is nested more than 16 levels deep.'],
    ['10,000 levels', nested(10_000), 'The body is nested more than 16 levels deep.'],
  ])('%s', (_, text, sentence) => {
    expect(check(text)).toThrow(new UnfitBody(sentence));
  });
});

describe('let through', () => {
  test.each([
    ['a pair of surrogates', '{"name":"\\ud83c\\udffa"}'],
    ['the largest exact number', '9007199254740991'],
    ['fractions, as near as they come', '[0.1, 1e-400, -0.0]'],
    ['the deepest allowed', nested(MAX_DEPTH)],
    ['names that only look alike', '{"proto":1,"Constructor":2}'],
    ['null', 'null'],
  ])('%s', (_, text) => {
    expect(check(text)).not.toThrow();
  });
});
