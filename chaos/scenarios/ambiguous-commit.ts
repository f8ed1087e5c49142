import { commitAborted, commitLate, commitLost, planned } from '../faults/index.ts';
import type { HitPlan } from '../schedule/draw.ts';
import { shopScenario } from './scenario.ts';

/** What a COMMIT whose answer is missing has come to. The node sees the same error in all three. */
const FATES = { lost: commitLost, aborted: commitAborted, late: commitLate } as const;
type Fate = keyof typeof FATES;

const POINTS = ['claim', 'settle'] as const;

/** Each client has a node: a cut ends every connection of it, and the other's points are none of its business. */
const NODE = { plain: 1, product: 2 } as const;

const CASES = (Object.keys(FATES) as Fate[]).flatMap((fate) =>
  POINTS.map((point) => ({ fate, point, name: `${fate}-${point}` })),
);

const plan = (name: string, role: HitPlan['role'] = 'buy'): HitPlan => ({
  name,
  role,
  ownProduct: true,
  node: NODE,
});

/** COMMIT is sent and no answer comes: it happened, or never will, or is about to. */
export const ambiguousCommit = shopScenario({
  name: 'ambiguous-commit',
  title: 'a COMMIT gets no answer: it happened, it never did, or it happens while the shop is asking',
  hazards: [25, 45, 48],
  topology: { webNodes: 2, workers: 1 },
  hits: [...CASES.map(({ name }) => plan(name)), ...POINTS.map((point) => plan(`lost-${point}`, 'give-up'))],
  faults: ({ hit }) =>
    CASES.flatMap(({ fate, point, name }) =>
      hit(name).map(({ nonce: intent, homeNode }) =>
        planned(
          FATES[fate],
          `${name}-${intent}`,
          `db@web-${homeNode}`,
          { point, intent },
          {
            trigger: { at: 'arrived', intent, attempt: 1 },
            // It is over once the COMMIT has come to what it was to come to.
            heal: { at: 'on', fault: `${name}-${intent}` },
          },
        ),
      ),
    ),
  rounds: 3,
  evidence: CASES.map(({ name }) => `${name}-commit`),
  control: true,
});
