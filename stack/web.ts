import type { Build } from './build.ts';
import type { DataDirectory } from './data-directory.ts';
import { answers } from './http-probe.ts';
import { ManagedProcess } from './managed-process.ts';

const READY_LIMIT_MS = 30_000;

/** One node of the shop: Next's own server on a finished build. */
export class Web extends ManagedProcess {
  readonly port: number;
  readonly url: string;

  constructor(
    directory: DataDirectory,
    options: { name: string; port: number; build: Build; env: Record<string, string> },
  ) {
    const { name, port, build } = options;
    const url = `http://127.0.0.1:${port}`;
    super(directory, {
      name,
      command: process.execPath,
      // Without -H it would listen on every address of the machine.
      args: ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(port)],
      env: {
        ...options.env,
        NODE_NAME: name,
        PORT: String(port),
        BUILD: build,
        NEXT_TELEMETRY_DISABLED: '1',
      },
      readyLimit_ms: READY_LIMIT_MS,
      isReady: () => answers(`${url}/api/health`),
    });
    this.port = port;
    this.url = url;
  }
}
