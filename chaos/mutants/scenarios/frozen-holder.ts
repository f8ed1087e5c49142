import { latency, pause, planned, sticky } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

const SLOW = { delayMs: 1_000, jitterMs: 0, direction: 'downstream' } as const;

/** A node stands still between charge and settlement until another has done its work, and then goes on. */
export const frozenHolder: MutantScenario = {
  name: 'frozen-holder',
  title: 'a node stands still past its lease, another does its work, and it goes on where it was',
  topology: { webNodes: 2, workers: 1 },
  customers: [{ name: 'frozen', clients: ['plain'], node: 1 }, ...BESIDE],
  faults: (of) =>
    of('frozen').flatMap(({ nonce: intent }) => [
      planned(latency, 'slow', 'payments@web-1', SLOW, {
        trigger: { at: 'arrived', intent, attempt: 1 },
        heal: { at: 'on', fault: 'frozen' },
      }),
      planned(
        pause,
        'frozen',
        'web-1',
        {},
        {
          trigger: { at: 'charged', intent },
          heal: { at: 'paid', intent },
        },
      ),
    ]),
  evidence: [pause.evidence({})],
};

/** Every retry goes to the node that stands still, and waits there in a row. */
export const queueAtTheFrozen: MutantScenario = {
  name: 'queue-at-the-frozen',
  title: 'retries queue up at a node that stands still, and all of them run when it goes on',
  topology: { webNodes: 2, workers: 1 },
  customers: [{ name: 'queued', clients: ['plain'], node: 1 }, ...BESIDE],
  faults: (of) =>
    of('queued').flatMap(({ nonce: intent, customer }) => [
      planned(sticky, 'sticky', customer, {}, { trigger: { at: 'start' }, heal: { at: 'end' } }),
      planned(
        pause,
        'frozen',
        'web-1',
        {},
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'arrived', intent, attempt: 3 },
        },
      ),
    ]),
  evidence: [sticky.evidence({})],
};
