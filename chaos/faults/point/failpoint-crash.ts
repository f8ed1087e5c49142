import { until } from '../../topology/until.ts';
import type { Fault } from '../fault.ts';
import { armFailpoint, drawFailpoint, failpointParams, REACHED_LIMIT_MS } from './failpoint.ts';
import type { FailpointParams } from './failpoint.ts';

const GONE_LIMIT_MS = 5_000;

/**
 * A process kills itself at exactly one boundary of the protocol, so that not one more statement of it runs:
 * between a charge and its record, say, every time and not by luck. It is started again on healing.
 */
export const failpointCrash: Fault<FailpointParams> = {
  name: 'failpoint-crash',
  family: 'point',
  label: 'dies exactly here',
  params: failpointParams,
  targets: ({ webNodes, workers, hasFailpoints }) => (hasFailpoints ? [...webNodes, ...workers] : []),
  draw: drawFailpoint,
  describe: ({ point, step, intent }, target) =>
    `${target} dies at ${point} of ${step ?? 'any step'} of ${intent}`,
  evidence: ({ point }) => `crashed-at-${point}`,
  arm: (site, order) => armFailpoint(site, order, order.target),
  async inject(site, { id, target, params }) {
    const armed = site.failpoints.armed(id);
    const process = site.process(target);
    const report = await armed.reached(REACHED_LIMIT_MS);
    armed.release(report === null ? 'go' : 'crash');
    if (report !== null)
      await until(() => !process.pids().includes(report.pid), {
        what: `${target} to die`,
        limitMs: GONE_LIMIT_MS,
      });
    return {
      victim: params.intent,
      felt: () => Promise.resolve(report !== null),
      async heal() {
        if (report === null) return;
        await process.kill();
        await process.start();
      },
    };
  },
};
