/** tRPC wraps what a link throws; this finds the error of one class in the chain of causes, the error included. */
export function findCause<T extends Error>(
  error: unknown,
  type: abstract new (...args: never[]) => T,
): T | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof type) return each;
  }
  return null;
}
