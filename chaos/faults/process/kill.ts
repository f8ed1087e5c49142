import { freezeAndLook, processFault } from './process-fault.ts';

/**
 * SIGKILL to a process and all its children, in the middle of whatever they do: a crash, a node that is gone,
 * and of Postgres one that must recover from its log. It is started again on healing.
 */
export const kill = processFault({
  name: 'kill',
  label: 'killed',
  describe: (target) => `${target} is killed, and started again when the fault is healed`,
  bites: 'killed-with-work-open',
  async inject(process, site) {
    const open = await freezeAndLook(process, site);
    await process.kill();
    return open;
  },
  shows: (process) => process.pids().length === 0,
  heal: (process) => process.start(),
});
