import { latency, planned } from '../faults/index.ts';
import { THE_WHOLE_TIME } from './planning.ts';
import { shopScenario } from './scenario.ts';

const SLOW = { delayMs: 25, jitterMs: 10, direction: 'both' } as const;

const LINKS = ['edge@web-1', 'edge@web-2', 'db@web-1', 'db@web-2', 'db@worker-1'];
const PAYMENTS = ['payments@web-1', 'payments@web-2', 'payments@worker-1'];

/** Everything is far away from everything: every limit is reached sooner, and every duplicate meets the first. */
export const latencyEverywhere = shopScenario({
  name: 'latency-everywhere',
  title: 'every link is slow, there and back, with jitter',
  hazards: [8, 13],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'slow' },
    { name: 'slow', role: 'double-submit', presses: 3 },
    { name: 'slow', role: 'give-up' },
  ],
  faults: () =>
    [...LINKS, ...PAYMENTS].map((link) => planned(latency, `slow-${link}`, link, SLOW, THE_WHOLE_TIME)),
  evidence: [latency.evidence(SLOW)],
});
