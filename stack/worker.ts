import type { DataDirectory } from './data-directory.ts';
import { ManagedProcess } from './managed-process.ts';

const READY_LIMIT_MS = 15_000;

/** The background loops: outbox, completer, purge, reconciliation. */
export class Worker extends ManagedProcess {
  constructor(directory: DataDirectory, options: { name: string; env: Record<string, string> }) {
    super(directory, {
      name: options.name,
      command: process.execPath,
      args: ['src/worker/main.ts'],
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
