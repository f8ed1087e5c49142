import { createHash } from 'node:crypto';

/** A stream of numbers that depends on its name alone. */
export interface RandomStream {
  /** At least 0, less than 1. */
  number(): number;
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
  /** Lower-case letters and digits, fit for a nonce. */
  text(length: number): string;
}

/**
 * The stream of that name: `randomStream(seed, 'client', 'plain-3', 'quantities')`. One stream for
 * each purpose, so that an extra retry here draws nothing away from there, and a failed run can be
 * played again from its seed although its timing differs.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand), its state the SHA-256 of the name.
 */
export function randomStream(seed: string, ...name: readonly string[]): RandomStream {
  const next = sfc32(
    createHash('sha256')
      .update(JSON.stringify([seed, ...name]))
      .digest(),
  );
  const number = () => next() / 2 ** 32;
  const integer = (low: number, high: number) => low + Math.floor(number() * (high - low + 1));
  return {
    number,
    integer,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new Error('there is nothing to pick from');
      return items[integer(0, items.length - 1)] as T;
    },
    shuffle<T>(items: readonly T[]): T[] {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last -= 1) {
        const other = integer(0, last);
        [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
      }
      return shuffled;
    },
    text(length: number): string {
      return Array.from({ length }, () => ALPHABET[integer(0, ALPHABET.length - 1)]).join('');
    },
  };
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

function sfc32(state: Buffer): () => number {
  let a = state.readUInt32LE(0);
  let b = state.readUInt32LE(4);
  let c = state.readUInt32LE(8);
  let counter = 1;
  const next = () => {
    const result = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + result) >>> 0;
    return result;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) next();
  return next;
}
