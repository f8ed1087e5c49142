import { expect, test } from 'vitest';
import type { KeyedContract } from './contract.ts';
import { unreadVersions, type LastNodes } from './unread-versions.ts';

const HOUR_MS = 3_600_000;
const reading = { resumed: true, replayed: true };
const contract = (version: number, read: readonly number[]) =>
  ({
    promise: {
      version,
      reads: Object.fromEntries(read.map((each) => [each, reading])),
      window: { backMs: 72 * HOUR_MS, aheadMs: HOUR_MS },
    },
  }) as unknown as KeyedContract;

const gone = (day: string): LastNodes => ({ buy: { 1: day } });

test.each<[string, KeyedContract, LastNodes, number[]]>([
  ['the first version has nothing to read', contract(1, []), {}, []],
  ['all are read', contract(3, [1, 2]), {}, []],
  ['one is forgotten', contract(3, [2]), {}, [1]],
  ['all are forgotten', contract(3, []), {}, [1, 2]],
  ['its last node is still within the window', contract(2, []), gone('2026-11-20'), [1]],
  // From the end of the 18th on, 72 h and one more: past the beginning of the 22nd, over before the 23rd.
  ['the window has run out since', contract(2, []), gone('2026-11-18'), []],
  ['an hour of the window is left', contract(2, []), gone('2026-11-19'), [1]],
  ['another procedure’s last node says nothing', contract(2, []), { sell: { 1: '2026-01-01' } }, [1]],
])('%s', (_, procedure, lastNodes, expected) => {
  expect(unreadVersions('buy', procedure, lastNodes, '2026-11-23')).toEqual(expected);
});
