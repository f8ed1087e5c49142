import { expect, test } from 'vitest';
import { LAYERS } from '../../chaos/mutants/layers.ts';
import { MUTANTS } from '../../chaos/mutants/registry.ts';
import { sabotages } from './sabotages.ts';

test('no sabotage lies about unused', () => {
  const used = new Set<string>([
    ...MUTANTS.flatMap(({ sabotage }) => sabotage.seam ?? []),
    ...Object.values(LAYERS).flatMap(({ seam }) => seam),
  ]);
  expect(Object.keys(sabotages).filter((id) => !used.has(id))).toEqual([]);
});
