import { clientClock, planned } from '../faults/index.ts';
import { THE_WHOLE_TIME } from './planning.ts';
import { shopScenario } from './scenario.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** By the name of the hit. The last lies inside the window of a key: nobody needs to notice. */
const OFFSETS_MS: Readonly<Record<string, number>> = {
  'far-behind': -30 * DAY_MS,
  behind: -4 * DAY_MS,
  ahead: DAY_MS,
  'a-little-behind': -DAY_MS,
};

/**
 * A key carries the time at which it was made. One whose maker's clock is days off is refused with the shop's
 * own time, and its maker makes another, if that was all that it ever sent.
 */
export const clientClockDaysOff = shopScenario({
  name: 'client-clock-days-off',
  title: 'the clocks of customers are days ahead and behind, and their keys with them',
  hazards: [31],
  topology: { webNodes: 2, workers: 1 },
  hits: Object.keys(OFFSETS_MS).map((name) => ({ name })),
  faults: ({ hit }) =>
    hit(Object.keys(OFFSETS_MS)).map(({ nonce, customer, hit: name }) =>
      planned(
        clientClock,
        `clock-${nonce}`,
        customer,
        { offsetMs: OFFSETS_MS[name ?? ''] ?? 0 },
        THE_WHOLE_TIME,
      ),
    ),
  evidence: [clientClock.evidence({ offsetMs: 0 })],
});
