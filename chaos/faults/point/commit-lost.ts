import { answerLost } from '../link/answer-lost.ts';
import { COMMIT_LIMIT_MS, commitFate } from './commit.ts';

const BACKEND_LIMIT_MS = 5_000;

/** Cut on the way back, then released: the log has the commit, the node has an error. */
export const commitLost = commitFate({
  name: 'commit-lost',
  label: 'COMMIT done, answer lost',
  fate: 'lost',
  describe: ({ point, intent }) => `the ${point} commit of ${intent} is done, and the word of it is lost`,
  async meet(site, order, point, held) {
    const { heal } = await answerLost.inject(site, { ...order, params: {} });
    try {
      await point.release();
      await site.commitLog.awaitCommit(held.xid, COMMIT_LIMIT_MS);
      // The backend ends because its connection did: the answer had nowhere to go.
      await site.points.backendEnds(held, BACKEND_LIMIT_MS);
    } catch (error) {
      await heal();
      throw error;
    }
    return { isMet: true, heal };
  },
});
