import type { Build } from './build.ts';
import type { DataDirectory } from './data-directory.ts';
import { ManagedProcess } from './managed-process.ts';

/** A worker runs from its sources, so it is its entry that holds the seam or doesn't. */
const ENTRY: Record<Build, string> = { production: 'src/worker/main.ts', chaos: 'src/sabotage/worker.ts' };

const READY_LIMIT_MS = 15_000;

/** The background loops: outbox, completer, purge, reconciliation. */
export class Worker extends ManagedProcess {
  constructor(
    directory: DataDirectory,
    options: { name: string; build: Build; env: Record<string, string> },
  ) {
    super(directory, {
      name: options.name,
      command: process.execPath,
      args: [ENTRY[options.build]],
      env: { ...options.env, NODE_NAME: options.name },
      readyLimit_ms: READY_LIMIT_MS,
      // It listens on nothing, so its log is asked.
      isReady: async (printed) => printed().split('\n').some(saysReady),
    });
  }
}

function saysReady(line: string): boolean {
  try {
    return (JSON.parse(line) as { msg?: unknown }).msg === 'ready';
  } catch {
    return false;
  }
}
