import { lookAround, processFault } from './process-fault.ts';

/**
 * Postgres' immediate shutdown: every backend ends where it is, and the next start recovers from the log.
 * Unlike after a kill, the clients are told.
 */
export const immediateStop = processFault({
  name: 'immediate-stop',
  label: 'stopped at once',
  targets: () => ['postgres'],
  describe: (target) => `${target} drops everything and ends, and recovers when the fault is healed`,
  bites: 'dropped-with-work-open',
  inject: (process, site) => lookAround(site, () => process.stop('SIGQUIT')),
  shows: (process) => process.pids().length === 0,
  heal: (process) => process.start(),
});
