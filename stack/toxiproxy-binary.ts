import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cacheDirectory } from './cache-directory.ts';
import { runCommand } from './command.ts';
import { silent, type Progress } from './progress.ts';

export const TOXIPROXY_VERSION = '2.12.0';

const RELEASE = `https://github.com/Shopify/toxiproxy/releases/download/v${TOXIPROXY_VERSION}`;
const MODULE = `github.com/Shopify/toxiproxy/v2/cmd/server@v${TOXIPROXY_VERSION}`;

/** A network that drops packets to hosts it doesn't allow must not cost minutes. */
const DOWNLOAD_LIMIT_MS = 30_000;
const CONNECT_LIMIT_MS = 8_000;
const GO_LIMIT_MS = 300_000;

/**
 * The path of a Toxiproxy server: the machine's own, else the project's, which is obtained once and kept
 * outside the clone. A failure names every way that was tried and why it didn't work.
 */
export async function findToxiproxy(say: Progress = silent): Promise<string> {
  const present = presentToxiproxy();
  if (present !== null) return present;
  const cached = cachedPath();
  const directory = dirname(cached);
  mkdirSync(directory, { recursive: true });
  // Obtained beside its place and renamed into it: others may be doing the same.
  const workplace = mkdtempSync(join(directory, '.new-'));
  const failures: string[] = [];
  try {
    for (const [way, obtain] of [
      ['download', download],
      ['go install', goInstall],
    ] as const) {
      try {
        say(`getting Toxiproxy ${TOXIPROXY_VERSION}, once (${way})`);
        renameSync(await obtain(workplace), cached);
        return cached;
      } catch (error) {
        failures.push(`- ${way}: ${describe(error)}`);
      }
    }
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
  throw new Error(
    [
      `Toxiproxy ${TOXIPROXY_VERSION} isn't here and couldn't be got:`,
      ...failures,
      'One of these helps: put `toxiproxy-server` on PATH, set TOXIPROXY_URL to a running server, or install Go and run',
      `  ${toxiproxyCommand()}`,
    ].join('\n'),
  );
}

/** The server that is here already; null if it would have to be obtained. */
export function presentToxiproxy(): string | null {
  const found = onPath('toxiproxy-server');
  if (found && isRecent(found)) return found;
  const cached = cachedPath();
  return existsSync(cached) ? cached : null;
}

/** What gets it by hand, with Go. */
export function toxiproxyCommand(): string {
  const cached = cachedPath();
  const directory = dirname(cached);
  return `GOBIN=${directory} go install ${MODULE} && mv ${join(directory, 'server')} ${cached}`;
}

function cachedPath(): string {
  return join(cacheDirectory(), 'bin', `toxiproxy-server-${TOXIPROXY_VERSION}`);
}

/** `fetch` hides the reason in `cause`, and "fetch failed" alone helps nobody. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

function onPath(name: string): string | null {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this directory.
    }
  }
  return null;
}

/** `-proxy-metrics` came with 2.5; a server that Go built from source calls its version `git`. */
function isRecent(binary: string): boolean {
  const printed = execFileSync(binary, ['-version'], { encoding: 'utf8', timeout: 5_000 });
  const [, major, minor] = /version v?(\d+)\.(\d+)/.exec(printed) ?? [];
  return major === undefined ? /version git/.test(printed) : Number(major) === 2 && Number(minor) >= 5;
}

/**
 * The release binary, checked against the checksums that its makers publish beside it. That protects
 * from a damaged download, not from a release that was replaced: hashes pinned here would. The names
 * are those of the release's `.goreleaser.yml`; this way was never tried against the real host.
 */
async function download(workplace: string): Promise<string> {
  const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  if (!architecture || !['linux', 'darwin'].includes(process.platform)) {
    throw new Error(`no release for ${process.platform} ${process.arch}`);
  }
  const asset = `toxiproxy-server-${process.platform}-${architecture}`;
  const checksums = (await get(`${RELEASE}/checksums.txt`, CONNECT_LIMIT_MS)).toString();
  const expected = checksums
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, name]) => name === asset)?.[0];
  if (!expected) throw new Error(`checksums.txt of the release doesn't name ${asset}`);
  const binary = await get(`${RELEASE}/${asset}`, DOWNLOAD_LIMIT_MS);
  const actual = createHash('sha256').update(binary).digest('hex');
  if (actual !== expected)
    throw new Error(`${asset} has the SHA-256 ${actual}, its release says ${expected}`);
  const path = join(workplace, 'toxiproxy-server');
  writeFileSync(path, binary);
  chmodSync(path, 0o755);
  return path;
}

async function get(url: string, limit_ms: number): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(limit_ms) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function goInstall(workplace: string): Promise<string> {
  await runCommand('go', ['install', MODULE], {
    cwd: workplace,
    env: { ...process.env, GOBIN: workplace },
    limit_ms: GO_LIMIT_MS,
  });
  return join(workplace, 'server');
}
