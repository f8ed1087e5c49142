import { expect, test } from 'vitest';
import { HandMade } from '../testing/hand-made.ts';
import { reportOf } from '../testing/verdict-of.ts';

const NAME = 'attempts-stay-in-budget';

test('finds the attempt beyond the budget', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  const call = run.invoke({ process: ada.customer, f: 'purchase', intent: 'ada1' });
  for (let attempt = 1; attempt <= 5; attempt += 1) run.lost(ada, { call });
  expect(reportOf(NAME, run).verdict).toBe('valid');
  run.lost(ada, { call });
  expect(reportOf(NAME, run)).toMatchObject({
    verdict: 'invalid',
    violations: [{ kind: 'too-many-attempts', intent: 'ada1' }],
  });
});

test('gives each call its own budget', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  for (let calls = 0; calls < 2; calls += 1) {
    const call = run.invoke({ process: ada.customer, f: 'purchase', intent: 'ada1' });
    for (let attempt = 1; attempt <= 3; attempt += 1) run.lost(ada, { call });
    run.complete(call, { type: 'info', errorClass: 'gave_up' });
  }
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 2 });
});
