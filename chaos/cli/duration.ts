import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Nobody means more, and a run that was forgotten must end. */
const LONGEST_MS = 24 * 3_600_000;

/** Reads `90s`, `30m`, `2h`; milliseconds. */
export function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? [];
  const ms = Number(number) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  if (!(ms > 0)) throw new InvalidArgumentError(`'${text}' is no duration: say 90s, 30m or 2h.`);
  if (ms > LONGEST_MS) throw new InvalidArgumentError(`${text} is more than a day, which is the most.`);
  return ms;
}
