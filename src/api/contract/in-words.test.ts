import { describe, expect, test } from 'vitest';
import { contractInWords, durationInWords } from './in-words.ts';
import { publishedContract } from './published-contract.ts';

test.each([
  [259_200_000, '3 days'],
  [86_400_000, '1 day'],
  [90_000_000, '25 hours'],
  [300_000, '5 minutes'],
  [3_000, '3 seconds'],
  [1_500, '1500 milliseconds'],
])('%i ms is %s', (ms, words) => {
  expect(durationInWords(ms)).toBe(words);
});

describe('the shop’s contract', () => {
  const { mutations, queries, errors } = contractInWords(publishedContract);

  test('has every procedure and every error once', () => {
    const names = [...mutations, ...queries].map(({ name }) => name);
    expect(names.toSorted()).toEqual(Object.keys(publishedContract.procedures).toSorted());
    expect(errors.map(({ code }) => code).toSorted()).toEqual(
      Object.keys(publishedContract.errors).toSorted(),
    );
  });

  test('begins with what needs a key, and says what that is good for', () => {
    expect(mutations[0]).toMatchObject({
      name: 'checkout.placeOrder',
      kind: 'keyed',
      call: 'POST /api/v1/checkout.placeOrder',
    });
    const facts = new Map(mutations[0]?.facts.map(({ term, text }) => [term, text]));
    expect(facts.get('The key')).toContain('3 days after it was made and 5 minutes before');
    expect(facts.get('Replayed')).toContain('card declined');
  });
});

test('a procedure on its way out says until when and what instead', () => {
  const before = Object.values(publishedContract.procedures).find(({ kind }) => kind === 'natural');
  if (before === undefined) throw new Error('no such mutation');
  const deprecated = { since: '2026-12-01', sunset: '2027-06-01', instead: 'Use cart.set.' };
  const contract = { ...publishedContract, procedures: { old: { ...before, deprecated } } };
  expect(contractInWords(contract).mutations[0]?.facts).toEqual([
    { term: 'On its way out', text: 'Since 2026-12-01; it may be gone from 2027-06-01 on. Use cart.set.' },
  ]);
});
