import fc from 'fast-check';
import { expect, test } from 'vitest';

/**
 * What a replay rests on: a stored answer is JSON's own text of a value, callers get it parsed, and what is
 * sent is written anew. If those bytes could differ from the stored ones, a replay would not be one.
 */
test('JSON’s text of a value is the text of what it parses to', () => {
  const value = fc.anything({
    withNullPrototype: true,
    withUnicodeString: true,
    key: fc.oneof(fc.string({ unit: 'binary' }), fc.nat().map(String), fc.constant('__proto__')),
  });
  fc.assert(
    fc.property(value, (value) => {
      const text = JSON.stringify(value) ?? 'null';
      expect(JSON.stringify(JSON.parse(text))).toBe(text);
    }),
    {
      numRuns: 2_000,
      examples: [[-0], [1e21], [5e-324], ['\ud800'], [{ b: 1, 2: 1, 1: 1 }], [JSON.parse('{"__proto__":1}')]],
    },
  );
});
