import { InvalidArgumentError } from 'commander';

/** Reads a whole number from 1 to `most`. */
export function parseCount(most: number): (text: string) => number {
  return (text) => {
    const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(count >= 1 && count <= most))
      throw new InvalidArgumentError(`'${text}' is no whole number from 1 to ${most}.`);
    return count;
  };
}
