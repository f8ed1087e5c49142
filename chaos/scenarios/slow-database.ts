import { latency, planned } from '../faults/index.ts';
import type { HitPlan } from '../schedule/draw.ts';
import { shopScenario } from './scenario.ts';
import { committedAfterClientGaveUp } from './sights/committed-after-client-gave-up.ts';

/**
 * On every round trip of two dozen: a purchase takes longer than a customer waits (4 s), and each of its
 * two transactions still less than the shop allows one (8 s).
 */
const DELAY = { delayMs: 300, jitterMs: 0, direction: 'downstream' } as const;

const WEB_NODES = [1, 2] as const;

const idOf = (round: number, node: number) => `slow-${round}-${node}`;

const pressAt: HitPlan['pressAt'] = (round) => ({
  at: 'all',
  of: WEB_NODES.map((node) => ({ at: 'on', fault: idOf(round, node) })),
});

/** Every answer of the database comes late, so that customers ask again while their first attempt still works. */
export const slowDatabase = shopScenario({
  name: 'slow-database',
  title: 'the database answers late, so that customers ask again while their first attempt is still at work',
  hazards: [2, 8, 13, 37],
  topology: { webNodes: WEB_NODES.length, workers: 1 },
  hits: [
    { name: 'slow', pressAt },
    { name: 'slow', pressAt },
    { name: 'slow', pressAt },
    { name: 'slow', pressAt, role: 'give-up' },
    { name: 'slow', pressAt, role: 'give-up' },
  ],
  pace: 'together',
  faults: ({ rounds, hit }) =>
    rounds.flatMap((round) =>
      WEB_NODES.map((node) =>
        planned(latency, idOf(round, node), `db@web-${node}`, DELAY, {
          trigger: { at: 'ready', round },
          // Until all who go on have asked a second time, and have seen what comes of that.
          heal: {
            at: 'all',
            of: hit('slow', round).map(({ nonce: intent, role }) => ({
              at: 'attempt-ended',
              intent,
              attempt: role === 'buy' ? 2 : 1,
            })),
          },
        }),
      ),
    ),
  rounds: 3,
  evidence: [latency.evidence(DELAY), committedAfterClientGaveUp],
  control: true,
});
