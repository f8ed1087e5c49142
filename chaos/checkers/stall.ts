import type { RunFacts } from '../final-state.ts';

/**
 * Longer than any pause that a garbage collection or a busy machine of two cores makes in an
 * otherwise idle harness, and well below every limit that is timed.
 */
export const HARNESS_STALL_MS_MAX = 1_000;

/** A harness that didn't get to run has measured itself: its liveness findings can't be believed. */
export function stallDoubt(facts: RunFacts): string | null {
  if (facts.harnessStallMs <= HARNESS_STALL_MS_MAX) return null;
  return `the harness itself stood still for ${Math.round(facts.harnessStallMs)} ms`;
}
