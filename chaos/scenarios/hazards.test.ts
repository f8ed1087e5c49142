import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { hazards, LATER } from '../../docs/hazards.ts';
import { ELSEWHERE } from './hazards.ts';
import { scenarios } from './index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const shown = new Set(scenarios.flatMap((scenario) => scenario.hazards));

test('scenarios and tests speak of hazards that there are', () => {
  const known = new Set(hazards.map(({ number }) => number));
  const spokenOf = [...shown, ...Object.keys(ELSEWHERE).map(Number)];
  expect(spokenOf.filter((number) => !known.has(number))).toEqual([]);
});

test.each(hazards)(
  'hazard $number is shown by a scenario, or it says where else, or comes later: $bug',
  ({ number, instead }) => {
    const elsewhere = ELSEWHERE[number];
    expect([shown.has(number), elsewhere !== undefined, instead === LATER].filter(Boolean)).toHaveLength(1);
    expect(elsewhere === undefined || existsSync(join(ROOT, elsewhere))).toBe(true);
  },
);

test('there are at least twenty-five scenarios, no two of one name', () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(25);
});
