import { answerHeld, kill, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** Long enough that its clients notice, and it comes back before they give up. */
const DOWN_MS = 800;

/** The database crashes after the order is paid, before its customer has heard of it. */
export const databaseCrashed: MutantScenario = {
  name: 'database-crashed',
  title: 'the database crashes when an order is paid, and its customer asks again',
  topology: { webNodes: 2, workers: 1 },
  customers: [{ name: 'unheard', clients: ['plain'], node: 1 }, ...BESIDE],
  faults: (of) =>
    of('unheard').flatMap(({ nonce: intent }) => [
      planned(
        answerHeld,
        'held',
        'edge@web-1',
        {},
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'attempt-ended', intent, attempt: 1 },
        },
      ),
      planned(
        kill,
        'crashed',
        'postgres',
        {},
        {
          trigger: { at: 'paid', intent },
          heal: { at: 'elapsed', ms: DOWN_MS },
        },
      ),
    ]),
  evidence: [answerHeld.evidence({})],
};

/** The database crashes at the moment at which a customer has been told that all is well. */
export const crashedWhenTold: MutantScenario = {
  name: 'crashed-when-told',
  title: 'the database crashes when a customer has just been told that the order is paid',
  topology: { webNodes: 1, workers: 1 },
  customers: [{ name: 'told', clients: ['plain'] }, ...BESIDE],
  faults: (of) =>
    of('told').map(({ nonce: intent }) =>
      planned(
        kill,
        'crashed',
        'postgres',
        {},
        {
          trigger: { at: 'attempt-ended', intent, attempt: 1 },
          heal: { at: 'elapsed', ms: DOWN_MS },
        },
      ),
    ),
  evidence: [],
};
