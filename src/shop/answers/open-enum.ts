import { z } from 'zod';

/**
 * One of some names, to which later versions may add. The contract publishes the list without closing it,
 * so callers must have something to do with a name that they don't know.
 */
export function openEnum<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names).meta({ open: true });
}
