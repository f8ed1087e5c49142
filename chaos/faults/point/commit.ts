import { z } from 'zod';
import type { ExactPoint, HeldCommit } from '../../points/exact-points.ts';
import { isOwn } from '../../schedule/draw-intent.ts';
import type { Ground } from '../../schedule/ground.ts';
import type { RandomStream } from '../../random.ts';
import type { Fault, FaultOrder } from '../fault.ts';
import type { Site } from '../site.ts';

/** Which commit of which purchase. */
export const commitParams = z.strictObject({ point: z.enum(['claim', 'settle']), intent: z.string().min(1) });
export type CommitParams = z.infer<typeof commitParams>;

/** How long the purchase may take to come to its COMMIT. */
export const HELD_LIMIT_MS = 10_000;
export const COMMIT_LIMIT_MS = 10_000;

/** Rows that a held COMMIT keeps locked: nobody else may want them, or a lock timeout would make an error that no network makes. */
const hasOwnProduct = ({ lines }: Ground['intents'][number]): boolean => lines.every(({ sku }) => isOwn(sku));

export function drawCommit(random: RandomStream, { intents }: Ground): CommitParams {
  const { nonce } = random.pick(intents.filter(hasOwnProduct));
  return { point: random.pick(['claim', 'settle'] as const), intent: nonce };
}

/** What becomes of a COMMIT whose answer never comes. The node sees the same error in all of them. */
export interface CommitFate extends Pick<Fault<CommitParams>, 'name' | 'label' | 'describe'> {
  fate: string;
  /** Does it, with the COMMIT waiting. @returns whether it came to that, and how to heal it */
  meet(site: Site, order: FaultOrder<CommitParams>, point: ExactPoint, held: HeldCommit): Promise<Met>;
}

export interface Met {
  isMet: boolean;
  heal?: () => Promise<void>;
}

/**
 * A fault that waits for one COMMIT of one purchase, and decides what it comes to: on the database link of
 * the node that does it, for on the way back its answer must be lost.
 */
export function commitFate({ name, label, describe, fate, meet }: CommitFate): Fault<CommitParams> {
  return {
    name,
    family: 'point',
    label,
    params: commitParams,
    targets: ({ webNodes }) => webNodes.map((node) => `db@${node}`),
    draw: drawCommit,
    describe,
    evidence: ({ point }) => `${fate}-${point}-commit`,
    arm: armCommit,
    async inject(site, order) {
      const point = site.points.armed(order.id);
      const victim = order.params.intent;
      const held = await point.heldWithin(HELD_LIMIT_MS);
      // It never came to that, or it is somebody else's COMMIT: the worker's, where the node was too slow.
      if (held === null || `db@${held.node}` !== order.target) {
        await point.release();
        return { victim, felt: () => Promise.resolve(false), heal: () => Promise.resolve() };
      }
      try {
        const { isMet, heal } = await meet(site, order, point, held);
        return { victim, felt: () => Promise.resolve(isMet), heal: async () => heal?.() };
      } finally {
        // Whatever went wrong, nobody may be held for ever.
        await point.release();
      }
    },
  };
}

/** Before the workload: making the trigger waits for all who write orders. */
export async function armCommit(
  site: Site,
  { id, params }: FaultOrder<CommitParams>,
): Promise<() => Promise<void>> {
  const point = await site.points.arm(id, params.point, site.intent(params.intent).email);
  return () => point.release();
}
