import { expect, test } from 'vitest';
import type { Arrival } from '../../arrivals/tcp-recorder.ts';
import { pairsOf } from '../../history/attempts.ts';
import { HandMade } from '../../testing/hand-made.ts';
import { matchArrivals } from './match-arrivals.ts';

function arrival(key: string | null, attempt: number | null, headMs: number): Arrival {
  const headNs = headMs * 1e6;
  return {
    node: 'web-1',
    method: 'POST',
    path: '/',
    key,
    attempt,
    retryReason: null,
    headNs,
    wholeNs: headNs,
    answeredNs: null,
  };
}

test('two tabs that send the same share out what arrived, and what a browser resends is the last one’s', () => {
  const run = new HandMade();
  const tabs = ['ada/1', 'ada/2'].map((process) => {
    run.wait(10);
    return run.invoke({ process, f: 'placeOrder', key: 'k', intent: 'ada1', attempt: 1 });
  });
  const matched = matchArrivals(pairsOf(run.history), [
    arrival('k', 1, 25),
    arrival('k', 1, 21),
    arrival('k', 1, 30),
    // Nobody's: sent before anybody sent, of another number, without a key.
    arrival('k', 1, 5),
    arrival('k', 2, 40),
    arrival(null, null, 40),
  ]);
  const heads = tabs.map(({ index }) => matched.get(index)?.map(({ headNs }) => headNs / 1e6));
  expect(heads).toEqual([[21], [25, 30]]);
});
