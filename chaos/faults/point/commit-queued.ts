import { WaitedInVain } from '../../topology/until.ts';
import { commitFate } from './commit.ts';

/** Somebody else wants the same: another click, a retry. */
const NEXT_STATEMENT_LIMIT_MS = 8_000;

/**
 * Held until somebody queues behind it, and then done at once: nothing is lost, and two who want the same
 * come as close as two can.
 */
export const commitQueued = commitFate({
  name: 'commit-queued',
  label: 'COMMIT with a queue',
  fate: 'queued',
  describe: ({ point, intent }) => `the ${point} commit of ${intent} happens when somebody waits behind it`,
  async meet(_site, _order, point, held) {
    try {
      await point.nextStatement(held, NEXT_STATEMENT_LIMIT_MS);
      return { isMet: true };
    } catch (error) {
      // Nobody came.
      if (error instanceof WaitedInVain) return { isMet: false };
      throw error;
    }
  },
});
