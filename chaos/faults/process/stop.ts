import { lookAround, processFault } from './process-fault.ts';

/** An orderly end, as in a deployment; of Postgres its fast shutdown. It is started again on healing. */
export const stop = processFault({
  name: 'stop',
  label: 'restarted',
  describe: (target) => `${target} is ended in order, and started again when the fault is healed`,
  bites: 'ended-with-work-open',
  inject: (process, site) => lookAround(site, () => process.stop()),
  shows: (process) => process.pids().length === 0,
  heal: (process) => process.start(),
});
