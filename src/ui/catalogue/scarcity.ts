/** Below this the number of pieces left is worth saying; above it, it would only be noise. */
const FEW = 5;

/** What to say about how many are left; null where there are plenty. */
export function scarcity(available: number): string | null {
  if (available <= 0) return 'Sold out';
  return available <= FEW ? `Only ${available} left` : null;
}
