import type { Fault } from '../fault.ts';
import { armFailpoint, drawFailpoint, failpointParams, REACHED_LIMIT_MS } from './failpoint.ts';
import type { FailpointParams } from './failpoint.ts';

/** An operation stands still at exactly one boundary of the protocol, while its process does everything else. */
export const failpointHold: Fault<FailpointParams> = {
  name: 'failpoint-hold',
  family: 'point',
  label: 'held exactly here',
  params: failpointParams,
  targets: ({ intents, hasFailpoints }) => (hasFailpoints ? intents.map(({ customer }) => customer) : []),
  draw: drawFailpoint,
  describe: ({ point, step, intent }) => `${intent} stands still at ${point} of ${step ?? 'any step'}`,
  evidence: ({ point }) => `held-at-${point}`,
  arm: (site, order) => armFailpoint(site, order, null),
  async inject(site, { id, params }) {
    const armed = site.failpoints.armed(id);
    const report = await armed.reached(REACHED_LIMIT_MS);
    return {
      victim: params.intent,
      felt: () => Promise.resolve(report !== null),
      heal: () => Promise.resolve(armed.release('go')),
    };
  },
};
