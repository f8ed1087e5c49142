/**
 * Delta debugging: makes a list of parts smaller while what is left still fails.
 *
 * First half of the parts are left out at once, then a quarter, and so on down to single ones. What must be
 * together to fail is never split for good: a reduction that doesn't fail any more is taken back. The end
 * is 1-minimal, if every question was answered right: no single part can be left out.
 *
 * `fails` is asked about what would be kept. It may answer null for 'I won't say': the search then ends with
 * the smallest that failed so far.
 *
 * @see Zeller, Hildebrandt: Simplifying and Isolating Failure-Inducing Input (2002), of which this is the
 *   form that only tests complements: what one failing part does alone is rarely all of it here.
 */
export async function ddmin<Part>(
  parts: readonly Part[],
  fails: (kept: readonly Part[]) => Promise<boolean | null>,
): Promise<Part[]> {
  let kept = [...parts];
  let chunk = Math.ceil(kept.length / 2);
  while (chunk >= 1 && kept.length > 0) {
    let isSmaller = false;
    for (let from = 0; from < kept.length;) {
      const without = [...kept.slice(0, from), ...kept.slice(from + chunk)];
      const answer = await fails(without);
      if (answer === null) return kept;
      if (answer) {
        kept = without;
        isSmaller = true;
      } else from += chunk;
    }
    // What couldn't be left out before may be now that others are gone; at single parts that's the last word.
    if (chunk === 1 && !isSmaller) break;
    chunk = chunk === 1 ? 1 : Math.ceil(chunk / 2);
  }
  return kept;
}
