import { z } from 'zod';
import { FAILPOINTS } from '../../points/failpoint-server.ts';
import type { Ground } from '../../schedule/ground.ts';
import type { RandomStream } from '../../random.ts';
import type { FaultOrder } from '../fault.ts';
import type { Site } from '../site.ts';

/** Which boundary of the protocol, in the operation of which purchase. */
export const failpointParams = z.strictObject({
  point: z.enum(FAILPOINTS),
  /** The step's name, or `settle`; null: whichever comes first. */
  step: z.string().nullable(),
  intent: z.string().min(1),
});
export type FailpointParams = z.infer<typeof failpointParams>;

/** How long the purchase may take to come there; some boundaries are passed only once a lease is over. */
export const REACHED_LIMIT_MS = 15_000;

const PLACES = [
  { point: 'before_transaction', step: 'reserve' },
  { point: 'entered', step: 'reserve' },
  { point: 'before_commit', step: 'reserve' },
  { point: 'after_commit', step: 'reserve' },
  { point: 'before_remote', step: 'charge' },
  { point: 'after_remote', step: 'charge' },
  { point: 'before_commit', step: 'settle' },
  { point: 'after_commit', step: 'settle' },
  { point: 'before_answer', step: null },
] as const;

export function drawFailpoint(random: RandomStream, { intents }: Ground): FailpointParams {
  return { ...random.pick(PLACES), intent: random.pick(intents).nonce };
}

/** Holds whoever comes there, on one node or on any, until told what to do. */
export function armFailpoint(
  site: Site,
  { id, params: { point, step, intent } }: FaultOrder<FailpointParams>,
  node: string | null,
): Promise<() => Promise<void>> {
  const hasKey = (key: string) => site.watch.attempts(intent).some(({ invoke }) => invoke.key === key);
  const armed = site.failpoints.arm(id, { point, step, node, hasKey });
  return Promise.resolve(() => Promise.resolve(armed.release('go')));
}
