import { describe, expect, it } from 'vitest';
import { decodeForm, MalformedForm, nestForm } from './form.ts';

const parse = (text: string) => JSON.parse(JSON.stringify(nestForm(decodeForm(text))));

describe('a form', () => {
  it('nests names with brackets', () => {
    expect(parse('amount=1999&metadata[checkoutId]=c1&automatic_payment_methods[enabled]=true')).toEqual({
      amount: '1999',
      metadata: { checkoutId: 'c1' },
      automatic_payment_methods: { enabled: 'true' },
    });
  });

  it('collects lists', () => {
    expect(parse('types[]=card&types[]=link')).toEqual({ types: ['card', 'link'] });
  });

  it("keeps the SDK's numbered lists as they came", () => {
    expect(parse('types[0]=card&metadata[0]=zero')).toEqual({
      types: { 0: 'card' },
      metadata: { 0: 'zero' },
    });
  });

  it('decodes percent-encoding and plus signs, in names too', () => {
    expect(parse('metadata%5Bgreeting%5D=gr%C3%BC%C3%9F+dich%2B')).toEqual({
      metadata: { greeting: 'grüß dich+' },
    });
  });

  it('is empty for an empty body', () => {
    expect(parse('')).toEqual({});
  });

  it('cannot reach a prototype', () => {
    nestForm(decodeForm('__proto__[polluted]=yes&constructor[prototype][polluted]=yes'));
    expect('polluted' in {}).toBe(false);
  });

  it.each([
    ['amount', 'no value'],
    ['amount=%zz', 'broken percent-encoding'],
    ['metadata[x=1', 'an open bracket'],
    ['[x]=1', 'no name before the bracket'],
    ['a[][b]=1', 'a list of objects'],
    ['amount=1&amount=2', 'a name twice'],
    ['a=1&a[b]=2', 'a text and an object'],
    ['a[b]=2&a=1', 'an object and a text'],
    ['a[]=1&a[b]=2', 'a list and an object'],
    ['a[b][c][d][e][f]=1', 'nesting without end'],
    [Array.from({ length: 501 }, (_, i) => `p${i}=1`).join('&'), 'too many parameters'],
  ])('refuses %s (%s)', (text) => {
    expect(() => parse(text)).toThrow(MalformedForm);
  });
});
