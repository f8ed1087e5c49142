import type { ManagedProcess } from '../../stack/index.ts';

/** What the seam takes for the release that a deployment brings (`RELEASE` of `src/sabotage/settings.ts`). */
const NEXT = { RELEASE: 'next' };

/** Starts a process that was ended; it is of the shop's next release from then on, however often it's started again. */
export async function startAsNext(process: ManagedProcess): Promise<void> {
  process.configure(NEXT);
  await process.start();
}

/** Whether a process has been told to be of the next release. */
function isNext({ settings }: ManagedProcess): boolean {
  return settings['RELEASE'] === NEXT.RELEASE;
}

/**
 * Brings a deployment that has begun to its end, one node after the other: two releases run side by side for
 * as long as it takes, not for ever, and what the next one has begun, only it can finish.
 */
export async function finishDeployment(nodes: readonly ManagedProcess[]): Promise<void> {
  if (!nodes.some(isNext)) return;
  for (const node of nodes) {
    if (isNext(node)) continue;
    await node.stop();
    await startAsNext(node);
  }
}
