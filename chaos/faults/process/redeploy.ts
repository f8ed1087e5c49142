import { startAsNext } from '../../topology/release.ts';
import { lookAround, processFault } from './process-fault.ts';

/**
 * A step of a rolling deployment: a node or worker is ended in order, and on healing the shop's next release
 * runs in its place, beside whatever still runs this one. It stays what it is then, whatever else happens to it.
 */
export const redeploy = processFault({
  name: 'redeploy',
  label: 'redeployed',
  targets: ({ webNodes, workers, hasNextRelease }) => (hasNextRelease ? [...webNodes, ...workers] : []),
  describe: (target) =>
    `${target} is ended in order, and is of the next release when it is started again on healing`,
  bites: 'redeployed-with-work-open',
  inject: (process, site) => lookAround(site, () => process.stop()),
  shows: (process) => process.pids().length === 0,
  heal: (process) => startAsNext(process),
});
