import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface SandboxProcess {
  readonly url: string;
  readonly pid: number;
  /** SIGKILL: nothing is said goodbye to. Resolves once the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

export interface SandboxOptions {
  readonly ledgerPath: string;
  readonly slowMs?: number;
}

/** Starts the real program on a free port and waits until it listens: tests meet what users meet. */
export async function startSandbox(options: SandboxOptions): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      PORT: '0',
      SANDBOX_LEDGER: options.ledgerPath,
      ...(options.slowMs === undefined ? {} : { SANDBOX_SLOW_MS: String(options.slowMs) }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const url = await readyUrl(child);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    await gone;
    return child.exitCode;
  };
  return {
    url,
    pid: child.pid ?? 0,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The sandbox has no stdout to read its address from.');
  for await (const line of createInterface(child.stdout)) {
    const message: unknown = JSON.parse(line);
    if (typeof message === 'object' && message !== null && 'url' in message) return String(message.url);
  }
  throw new Error(`The sandbox ended before it was ready (exit code ${child.exitCode}).`);
}
