import { freezeAndLook, processFault } from './process-fault.ts';

/**
 * SIGSTOP to a process and all its children: a long collection of garbage, a machine that swaps, a virtual
 * machine that is moved. It keeps its connections, and on healing goes on as if no time had passed.
 */
export const pause = processFault({
  name: 'pause',
  label: 'stopped',
  describe: (target) => `${target} stands still, and goes on as if nothing had been when the fault is healed`,
  bites: 'stopped-with-work-open',
  inject: (process, site) => freezeAndLook(process, site),
  shows: (process) => process.isPaused(),
  heal: (process) => process.resume(),
});
