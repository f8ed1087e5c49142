import { z } from 'zod';
import type { ManagedProcess } from '../../../stack/index.ts';
import { processesOf } from '../../schedule/ground.ts';
import type { Ground } from '../../schedule/ground.ts';
import type { OpenOperation } from '../../topology/open-operation.ts';
import { orIfUnreachable } from '../../topology/unreachable.ts';
import type { Fault } from '../fault.ts';
import type { Site } from '../site.ts';

type NoParams = Record<string, never>;

/** What makes a fault of one process different from another. */
export interface ProcessFault extends Pick<Fault<NoParams>, 'name' | 'label'> {
  targets?: (ground: Ground) => readonly string[];
  describe(target: string): string;
  /** What the evidence is called: `killed-with-work-open`. */
  bites: string;
  /** @returns what was under way then */
  inject(process: ManagedProcess, site: Site): Promise<readonly OpenOperation[]>;
  /** Whether it is in that state, by `/proc`. */
  shows(process: ManagedProcess): boolean;
  heal(process: ManagedProcess): Promise<void>;
}

/** A fault that is done to a process, all of its tree at once. */
export function processFault({
  name,
  label,
  targets = processesOf,
  describe,
  bites,
  ...does
}: ProcessFault): Fault<NoParams> {
  return {
    name,
    family: 'process',
    label,
    params: z.strictObject({}),
    targets,
    draw: () => ({}),
    describe: (_params, target) => describe(target),
    evidence: () => bites,
    async inject(site, { target }) {
      const process = site.process(target);
      const open = await does.inject(process, site);
      // Asked at once: by the time somebody wants to know it may be healed.
      const isFelt = does.shows(process);
      return { open, felt: () => Promise.resolve(isFelt), heal: () => does.heal(process) };
    },
  };
}

/**
 * Stops a process, and looks at what is under way while it can't go on: nothing of that moment is lost
 * between the looking and the doing.
 */
export async function freezeAndLook(process: ManagedProcess, site: Site): Promise<readonly OpenOperation[]> {
  if (canBeSeenWithout(process)) {
    await process.pause();
    // Another fault may have the database down: then nobody knows, and the process stands still all the same.
    return orIfUnreachable(site.operations(), []);
  }
  return lookAround(site, () => process.pause());
}

/**
 * What was under way when something was done, where nobody can be asked afterwards: it was before, and its
 * client still has no answer.
 */
export async function lookAround(site: Site, work: () => Promise<void>): Promise<readonly OpenOperation[]> {
  const before = await orIfUnreachable(site.operations(), []);
  // Its signal is sent at once; how long the process takes to obey is another matter.
  const done = work();
  const open = before.filter(({ intent }) =>
    site.watch.attempts(intent).some(({ completion }) => completion === null),
  );
  await done;
  return open;
}

/** Database and provider are whom one asks. */
function canBeSeenWithout({ name }: ManagedProcess): boolean {
  return name !== 'postgres' && name !== 'sandbox';
}
