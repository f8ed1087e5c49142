import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { SandboxClient } from './sandbox-client.ts';
import { startSandbox, type SandboxProcess } from './sandbox-process.ts';

export interface SandboxUnderTest {
  readonly client: SandboxClient;
  readonly process: SandboxProcess;
  readonly ledgerPath: string;
  /** Starts it again on the same ledger, after `process.kill()` or `process.stop()`. */
  restart(): Promise<void>;
}

/** Gives each test of a file a sandbox and a ledger of its own, and takes both away after it. */
export function useSandbox(options: { slowMs?: number } = {}): SandboxUnderTest {
  let folder = '';
  let running: { process: SandboxProcess; client: SandboxClient } | undefined;

  const current = () => {
    if (running === undefined) throw new Error('The sandbox runs inside a test only.');
    return running;
  };
  const start = async (): Promise<void> => {
    const process = await startSandbox({ ledgerPath: join(folder, 'ledger.sqlite'), ...options });
    running = { process, client: new SandboxClient(process.url) };
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    await start();
  });
  afterEach(async () => {
    await running?.process.kill();
    running = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    get client() {
      return current().client;
    },
    get process() {
      return current().process;
    },
    get ledgerPath() {
      return join(folder, 'ledger.sqlite');
    },
    restart: start,
  };
}
