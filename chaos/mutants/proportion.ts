/** 95 % of a normal distribution lie within so many standard deviations. */
const Z_95 = 1.959964;

/**
 * Wilson's interval for a proportion: the bounds between which the true share lies with 95 % confidence, when
 * it was seen `hits` times in `trials`. Unlike the textbook's it is right for few trials, and for all or none.
 *
 * @see https://www.itl.nist.gov/div898/handbook/prc/section2/prc241.htm
 */
export function wilsonBounds(hits: number, trials: number): { low: number; high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const share = hits / trials;
  const z2 = Z_95 ** 2;
  const middle = share + z2 / (2 * trials);
  const spread = Z_95 * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials ** 2));
  const scale = 1 + z2 / trials;
  return {
    // At the ends the arithmetic misses by a rounding error.
    low: Math.min(share, Math.max(0, (middle - spread) / scale)),
    high: Math.max(share, Math.min(1, (middle + spread) / scale)),
  };
}

/**
 * How many runs it takes to see it at least once in half of all cases, if each run shows it with the share
 * that was seen; null if it never was.
 */
export function medianRunsUntilHit(hits: number, trials: number): number | null {
  if (hits === 0 || trials === 0) return null;
  if (hits === trials) return 1;
  return Math.ceil(Math.log(0.5) / Math.log(1 - hits / trials));
}
