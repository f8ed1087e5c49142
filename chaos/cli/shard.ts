import { InvalidArgumentError } from 'commander';

/** One of several machines that share the scenarios, counted from 1. */
export interface Shard {
  number: number;
  of: number;
}

/** Reads `2/3`. */
export function parseShard(text: string): Shard {
  const [, first, second] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { number: Number(first), of: Number(second) };
  if (!(shard.number >= 1 && shard.number <= shard.of))
    throw new InvalidArgumentError(`'${text}' is no shard: say 1/3, 2/3 or 3/3 for three machines.`);
  return shard;
}

/**
 * The part of a shard: each name is in exactly one, whatever order they are listed in, and the parts
 * differ by one in size at most.
 */
export function partOf<T extends { name: string }>(all: readonly T[], { number, of }: Shard): T[] {
  const mine = new Set(
    all
      .map(({ name }) => name)
      .toSorted()
      .filter((_name, index) => index % of === number - 1),
  );
  return all.filter(({ name }) => mine.has(name));
}
