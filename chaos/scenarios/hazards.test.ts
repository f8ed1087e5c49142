import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { HAZARDS } from './hazards.ts';
import { scenarios } from './index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const shown = new Set(scenarios.flatMap(({ hazards }) => hazards));

test('a scenario speaks of hazards that there are', () => {
  expect([...shown].filter((number) => HAZARDS[number] === undefined)).toEqual([]);
});

test.each(Object.entries(HAZARDS))(
  'hazard %s is shown by a scenario, or it says where else',
  (number, hazard) => {
    const { elsewhere, isLater } = hazard;
    const ways = [shown.has(Number(number)), elsewhere !== undefined, isLater === true].filter(Boolean);
    expect(ways).toHaveLength(1);
    expect(elsewhere === undefined || existsSync(join(ROOT, elsewhere))).toBe(true);
  },
);

test('there are at least twenty-five scenarios, no two of one name', () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(25);
});
