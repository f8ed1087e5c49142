import { answerLost } from '../link/answer-lost.ts';
import { commitFate } from './commit.ts';

/** Cut on the way back, then terminated: the node has the same error, and the log has nothing. */
export const commitAborted = commitFate({
  name: 'commit-aborted',
  label: 'COMMIT never done',
  fate: 'aborted',
  describe: ({ point, intent }) => `the ${point} commit of ${intent} is sent, and never happens`,
  async meet(site, order, point, held) {
    const { heal } = await answerLost.inject(site, { ...order, params: {} });
    try {
      await point.abort(held);
    } catch (error) {
      await heal();
      throw error;
    }
    await site.commitLog.catchUp();
    return { isMet: site.commitLog.commitOf(held.xid) === null, heal };
  },
});
