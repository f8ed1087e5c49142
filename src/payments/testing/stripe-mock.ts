import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const MODULE = 'github.com/stripe/stripe-mock@v0.203.0';

/** Outside node_modules, so that `npm ci` leaves it alone. */
const CACHE_DIR = join(homedir(), '.cache', 'checkout-that-cant-charge-twice', 'bin');

/** Seconds with a warm Go cache; a cold one on a small machine needs a minute or two. */
const INSTALL_MS_MAX = 300_000;

export type StripeMockSearch =
  { readonly found: true; readonly path: string } | { readonly found: false; readonly reason: string };

/**
 * Finds Stripe's own mock server: `STRIPE_MOCK`, PATH, our cache, or built into that cache with Go.
 *
 * @see https://github.com/stripe/stripe-mock
 */
export async function findStripeMock(env: NodeJS.ProcessEnv = process.env): Promise<StripeMockSearch> {
  const named = env['STRIPE_MOCK'];
  if (named !== undefined && named !== '') {
    return (await isExecutable(named))
      ? { found: true, path: named }
      : { found: false, reason: `STRIPE_MOCK is ${named}, which can't be executed.` };
  }
  const installed = (await onPath('stripe-mock', env)) ?? (await executableIn(CACHE_DIR, 'stripe-mock'));
  if (installed !== undefined) return { found: true, path: installed };
  const go = await onPath('go', env);
  if (go === undefined) {
    return {
      found: false,
      reason: `It is not on PATH, STRIPE_MOCK is not set, and there is no Go to run \`go install ${MODULE}\` with.`,
    };
  }
  try {
    await mkdir(CACHE_DIR, { recursive: true });
    await promisify(execFile)(go, ['install', MODULE], {
      env: { ...env, GOBIN: CACHE_DIR },
      timeout: INSTALL_MS_MAX,
    });
    return { found: true, path: join(CACHE_DIR, 'stripe-mock') };
  } catch (error) {
    return { found: false, reason: `\`go install ${MODULE}\` failed: ${String(error)}` };
  }
}

export interface StripeMock {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts it on ports of the system's choice, and reads which from what it prints. */
export async function startStripeMock(path: string): Promise<StripeMock> {
  // Both addresses are named: left to itself it would also listen for HTTPS, on a fixed port, on all interfaces.
  const child = spawn(path, ['-http-addr', '127.0.0.1:0', '-https-addr', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
  };
  for await (const line of createInterface(child.stdout)) {
    const address = /Listening for HTTP at address: (\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      // It goes on printing a line a request; unread, the pipe would fill and stop it.
      child.stdout.resume();
      return { url: `http://${address}`, stop };
    }
  }
  throw new Error(`${path} ended before it listened (exit code ${child.exitCode}).`);
}

async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = folder === '' ? undefined : await executableIn(folder, name);
    if (path !== undefined) return path;
  }
  return undefined;
}

async function executableIn(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name);
  return (await isExecutable(path)) ? path : undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
