import { WaitedInVain } from '../../topology/until.ts';
import { cut } from '../link/cut.ts';
import { COMMIT_LIMIT_MS, commitFate } from './commit.ts';

/** The node notices the cut at once and begins anew; in the control it's the customer who comes again. */
const NEXT_STATEMENT_LIMIT_MS = 8_000;

/**
 * Cut, and released only when somebody queues behind it to learn what became of it: a look that doesn't
 * queue comes too early.
 */
export const commitLate = commitFate({
  name: 'commit-late',
  label: 'COMMIT done late',
  fate: 'late',
  describe: ({ point, intent }) => `the ${point} commit of ${intent} happens while the shop is asking for it`,
  async meet(site, order, point, held) {
    const { heal } = await cut.inject(site, { ...order, params: {} });
    await heal();
    try {
      await point.nextStatement(held, NEXT_STATEMENT_LIMIT_MS);
      await point.release();
      await site.commitLog.awaitCommit(held.xid, COMMIT_LIMIT_MS);
      return { isMet: true };
    } catch (error) {
      // Nobody asked: then it shows nothing.
      if (error instanceof WaitedInVain) return { isMet: false };
      throw error;
    }
  },
});
