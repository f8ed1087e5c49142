import type { Fault } from '../fault.ts';
import { armCommit, commitParams, drawCommit, HELD_LIMIT_MS } from './commit.ts';
import type { CommitParams } from './commit.ts';

/** A COMMIT waits where it stands, done by nobody's hand, and goes on when the fault is healed. */
export const commitHeld: Fault<CommitParams> = {
  name: 'commit-held',
  family: 'point',
  label: 'COMMIT held',
  params: commitParams,
  targets: ({ intents }) => intents.map(({ customer }) => customer),
  draw: drawCommit,
  describe: ({ point, intent }) => `the ${point} commit of ${intent} waits until the fault is healed`,
  evidence: ({ point }) => `held-${point}-commit`,
  arm: armCommit,
  async inject({ points }, { id, params }) {
    const point = points.armed(id);
    const held = await point.heldWithin(HELD_LIMIT_MS);
    return {
      victim: params.intent,
      felt: () => Promise.resolve(held !== null),
      heal: () => point.release(),
    };
  },
};
