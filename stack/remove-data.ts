import { existsSync, realpathSync, rmSync } from 'node:fs';
import { endLeftovers, tryLockDirectory } from './data-directory.ts';
import { removeCluster } from './postgres-home.ts';

/** Removes a stack's data for good, the cluster that lies elsewhere included. It must not be running. */
export async function removeData(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return;
  const path = realpathSync(dataDir);
  using lock = tryLockDirectory(path);
  if (!lock) throw new Error(`A launcher is at work in ${path}. Stop it first.`);
  await endLeftovers(path);
  removeCluster(path);
  rmSync(path, { recursive: true, force: true });
}
