import type { ShopVariant } from '../topology/shop-variant.ts';
import { LAYERS } from './layers.ts';
import type { Layer } from './layers.ts';
import type { Mutant } from './mutant.ts';

/** The chaos build with a mutant in it, or none, and with layers taken off. */
export function shopOf(mutant: Mutant | null, off: readonly Layer[]): ShopVariant {
  const everywhere = off.flatMap((layer) => LAYERS[layer].seam);
  const { seam = [], only } = mutant?.sabotage ?? {};
  return {
    build: 'chaos',
    env(node): Record<string, string> {
      const ids = [...(only === undefined || only.includes(node) ? seam : []), ...everywhere];
      return ids.length > 0 ? { SABOTAGE: ids.join(',') } : {};
    },
  };
}

/** What is changed in the run's own database. */
export function sqlOf(mutant: Mutant | null, off: readonly Layer[]): string[] {
  return [...(mutant?.sabotage.sql ?? []), ...off.flatMap((layer) => LAYERS[layer].sql)];
}
