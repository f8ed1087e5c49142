import type { Run } from '../../run/run.ts';
import type { Sight } from './sight.ts';

/** Less than that, and the run was a calm one. */
const SHARE_MIN = 1 / 3;

/**
 * At least a third of the faults that happened were felt while somebody's operation was open at their target.
 * Counted once for each of them, or not at all.
 */
export const faultsThatBit = {
  name: 'faults-that-bit',
  look({ history, evidence }: Pick<Run, 'history' | 'evidence'>) {
    const faults = history.events.filter((event) => event.type === 'fault');
    const idsOf = (phase: string) =>
      new Set(
        faults
          .filter((event) => event.phase === phase)
          .map(({ value }) => (value as { id?: string } | null)?.id),
      );
    const [injected, bit] = [idsOf('inject'), idsOf('evidence')];
    const both = [...injected].filter((id) => bit.has(id));
    if (both.length < SHARE_MIN * injected.size) return;
    for (const id of both) evidence.seen('faults-that-bit', { value: { fault: id } });
  },
} as const satisfies Sight;
