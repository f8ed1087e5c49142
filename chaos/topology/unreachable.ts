/**
 * Who was asked gives no answer: it is down, or starting, which is what some faults are about. What it would
 * have said isn't known; whoever waits, looks again.
 */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** What a look shows; `otherwise` if nobody answers it now. */
export async function orIfUnreachable<T, O>(look: Promise<T>, otherwise: O): Promise<T | O> {
  try {
    return await look;
  } catch (error) {
    if (error instanceof Unreachable) return otherwise;
    throw error;
  }
}
