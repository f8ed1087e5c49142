import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hazards, LATER } from '../../docs/hazards.ts';
import { scenarios as longScenarios } from '../scenarios/index.ts';
import { complaintsAbout } from '../schedule/complaints.ts';
import { UNMADE } from './hazards.ts';
import { drawMutantSchedule } from './mutant-scenario.ts';
import { MUTANTS } from './registry.ts';
import { sampleOf } from './sample.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('hazards', () => {
  test('what is said of hazards is said of such that there are', () => {
    const known = new Set(hazards.map(({ number }) => number));
    const spokenOf = [...MUTANTS.map(({ hazard }) => hazard), ...Object.keys(UNMADE).map(Number)];
    expect(spokenOf.filter((number) => !known.has(number))).toEqual([]);
  });

  test.each(hazards)(
    'hazard $number is a mutant, or has a reason, or comes later: $bug',
    ({ number, instead }) => {
      const isMutant = MUTANTS.some(({ hazard }) => hazard === number);
      const unmade = UNMADE[number];
      expect([isMutant, unmade !== undefined, instead === LATER].filter(Boolean)).toHaveLength(1);
      if (unmade === undefined) return;
      // The test that holds it instead, and names it.
      expect(readFileSync(join(ROOT, unmade.heldBy), 'utf8')).toMatch(
        new RegExp(`hazards?[^'\\n]*\\b${number}\\b`),
      );
    },
  );

  test('at least twenty-eight are mutants', () => {
    expect(new Set(MUTANTS.map(({ hazard }) => hazard)).size).toBeGreaterThanOrEqual(28);
  });
});

describe('mutants', () => {
  test('each has a name of its own', () => {
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
  });

  test('a sample is of those that die every time, and the seed draws it', () => {
    const sample = sampleOf(MUTANTS, 2, 'a');
    expect(sample).toHaveLength(2);
    expect(sample.every(({ isSteady }) => isSteady)).toBe(true);
    expect(sampleOf(MUTANTS, 2, 'a')).toEqual(sample);
    const others = ['b', 'c', 'd', 'e', 'f'].map((seed) => sampleOf(MUTANTS, 2, seed));
    expect(others.some((other) => other.some((mutant) => !sample.includes(mutant)))).toBe(true);
  });
});

describe('scenarios of mutants', () => {
  const scenarios = [...new Set(MUTANTS.map(({ scenario }) => scenario))];

  test('each has a name of its own', () => {
    const names = [...scenarios, ...longScenarios].map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test.each(scenarios)('$name draws a schedule that can be played, and a quiet one', (scenario) => {
    for (const seed of ['a', 'b', 'c']) {
      const storm = drawMutantSchedule(scenario, { seed, calm: false });
      const calm = drawMutantSchedule(scenario, { seed, calm: true });
      expect([...complaintsAbout(storm)]).toEqual([]);
      expect([...complaintsAbout(calm)]).toEqual([]);
      expect(calm.faults).toEqual([]);
      expect(calm.intents.map(({ nonce }) => nonce)).toEqual(storm.intents.map(({ nonce }) => nonce));
      expect(drawMutantSchedule(scenario, { seed, calm: false })).toEqual(storm);
    }
  });
});
