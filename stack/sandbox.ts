import { join } from 'node:path';
import type { DataDirectory } from './data-directory.ts';
import { answers } from './http-probe.ts';
import { ManagedProcess } from './managed-process.ts';

const READY_LIMIT_MS = 15_000;

/** The payment provider's stand-in, whose ledger is the witness of what was charged. */
export class Sandbox extends ManagedProcess {
  readonly port: number;
  readonly url: string;
  readonly ledgerPath: string;

  constructor(directory: DataDirectory, options: { port: number }) {
    const url = `http://127.0.0.1:${options.port}`;
    const ledgerPath = join(directory.makeDirectory('sandbox'), 'ledger.sqlite');
    super(directory, {
      name: 'sandbox',
      command: process.execPath,
      args: ['sandbox/main.ts'],
      env: { PORT: String(options.port), SANDBOX_LEDGER: ledgerPath },
      readyLimit_ms: READY_LIMIT_MS,
      isReady: () => answers(`${url}/health`),
    });
    this.port = options.port;
    this.url = url;
    this.ledgerPath = ledgerPath;
  }
}
