/** What is taken from the shop, or put into it, before it is put to the test: to see whether that is noticed. */
export interface Weakening {
  /** Bugs that are put in on purpose, by their names in `src/sabotage`: played on the chaos build. */
  sabotage: readonly string[];
  /** Without the intent guard's index: what is above it must hold alone. */
  withoutGuard: boolean;
}

/** The shop as it is. */
export const NOT_WEAKENED: Weakening = { sabotage: [], withoutGuard: false };

/** As part of a sentence about the shop; null if nothing was done to it. */
export function weakeningWords({ sabotage, withoutGuard }: Weakening): string | null {
  const words = [
    ...(sabotage.length === 0 ? [] : [`with ${sabotage.join(', ')} put in`]),
    ...(withoutGuard ? ['without the intent guard'] : []),
  ];
  return words.length === 0 ? null : words.join(', ');
}
