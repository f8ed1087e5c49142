import type { KeyedContract } from './contract.ts';

/**
 * The day on which the last node of a version was stopped, by procedure and version: `{ 'checkout.placeOrder':
 * { 1: '2027-02-01' } }`. Written down by whoever stopped it; nothing here could know.
 */
export type LastNodes = Readonly<Record<string, Readonly<Record<number, string>>>>;

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Older versions that a retry may still meet and that nobody reads any more. A version is out of reach when
 * the whole window has passed since its last node was stopped: no key that it could have stored is valid.
 *
 * @param today `2026-11-23`
 */
export function unreadVersions(
  path: string,
  { promise: { version, reads, window } }: KeyedContract,
  lastNodes: LastNodes,
  today: string,
): readonly number[] {
  return Array.from({ length: version - 1 }, (_, index) => index + 1).filter((older) => {
    if (reads[older] !== undefined) return false;
    const lastDay = lastNodes[path]?.[older];
    if (lastDay === undefined) return true;
    // It may have been stopped late on that day, and a key may have been made ahead of the clock.
    const outOfReachMs = Date.parse(lastDay) + DAY_MS + window.backMs + window.aheadMs;
    return Date.parse(today) < outOfReachMs;
  });
}
