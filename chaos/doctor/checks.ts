import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import {
  cacheDirectory,
  freePort,
  isBuilt,
  packagedPrograms,
  presentBrowser,
  presentToxiproxy,
  toxiproxyCommand,
} from '../../stack/index.ts';
import type { Build } from '../../stack/index.ts';
import { missing, there } from './check.ts';
import type { Check, Finding } from './check.ts';

/** A run of all scenarios in their long form, its databases while it goes on, and two builds. */
const DISK_NEEDED_MB = 2_000;

/** Two web nodes, worker, Postgres, sandbox, Toxiproxy and the harness, measured; a build before takes more. */
const MEMORY_NEEDED_MB = 1_500;

const NODE_NEEDED = 24;

/** Everything that a run wants, the first things first. `reportsDir` is where runs are saved. */
export function checksOf(reportsDir: string): Check[] {
  return [
    { name: 'Node', isNeeded: true, look: () => nodeFinding(process.versions.node) },
    { name: 'Postgres', isNeeded: true, look: postgresFinding },
    { name: 'Toxiproxy', isNeeded: true, look: toxiproxyFinding },
    { name: 'the shop’s build', isNeeded: false, look: () => buildFinding('production') },
    { name: 'the build with bugs', isNeeded: false, look: () => buildFinding('chaos') },
    { name: 'Chromium', isNeeded: false, look: browserFinding },
    { name: 'Go', isNeeded: false, look: goFinding },
    { name: 'free ports', isNeeded: true, look: portFinding },
    { name: 'free memory', isNeeded: true, look: () => memoryFinding(freemem() / 1e6) },
    { name: 'free disk', isNeeded: true, look: () => diskFinding(reportsDir) },
    { name: 'writing reports', isNeeded: true, look: () => writeFinding(reportsDir) },
    { name: 'writing the cache', isNeeded: true, look: () => writeFinding(cacheDirectory()) },
  ];
}

export function nodeFinding(version: string): Finding {
  return Number.parseInt(version, 10) >= NODE_NEEDED
    ? there(version)
    : missing(`${version}, and ${NODE_NEEDED} is needed`, 'npm ci, which brings it; then npm run chaos');
}

function postgresFinding(): Finding {
  try {
    const postgres = join(packagedPrograms(), 'bin', 'postgres');
    accessSync(postgres, constants.X_OK);
    return there(postgres);
  } catch (error) {
    return missing(messageOf(error), 'npm ci');
  }
}

/** Not there it would be downloaded, or built with Go: what can be told beforehand is whether Go is here. */
function toxiproxyFinding(): Finding {
  const outside = process.env['TOXIPROXY_URL'];
  if (outside) return there(`${outside}, which runs already (TOXIPROXY_URL)`);
  const present = presentToxiproxy();
  if (present !== null) return there(present);
  if (goFinding().isThere) return there('not yet: the first run downloads it, or builds it with Go, once');
  return missing(
    'not here, nor is Go to build it; the first run tries to download it',
    `install Go and run ${toxiproxyCommand()}`,
  );
}

function buildFinding(build: Build): Finding {
  return isBuilt(build)
    ? there('of these sources')
    : missing('not of these sources; the first run that needs it builds it', `npm run build -- ${build}`);
}

async function browserFinding(): Promise<Finding> {
  const get = 'npx playwright install --with-deps chromium';
  try {
    const present = await presentBrowser();
    return present === null
      ? missing('only scenarios with browsers need it; the first tries to install it', get)
      : there(present);
  } catch (error) {
    return missing(messageOf(error), get);
  }
}

function goFinding(): Finding {
  try {
    return there(
      execFileSync('go', ['version'], { encoding: 'utf8', stdio: 'pipe', timeout: 10_000 }).trim(),
    );
  } catch {
    return missing('only to build Toxiproxy where it can’t be downloaded', 'https://go.dev/doc/install');
  }
}

async function portFinding(): Promise<Finding> {
  try {
    return there(`${await freePort()} and others, outside the range of outgoing connections`);
  } catch (error) {
    return missing(messageOf(error), 'sysctl -w net.ipv4.ip_local_port_range="32768 60999"');
  }
}

export function memoryFinding(freeMb: number): Finding {
  const detail = `${Math.round(freeMb)} MB`;
  return freeMb >= MEMORY_NEEDED_MB
    ? there(detail)
    : missing(`${detail}, and ${MEMORY_NEEDED_MB} MB are needed`, 'end other programs');
}

async function diskFinding(reportsDir: string): Promise<Finding> {
  try {
    mkdirSync(reportsDir, { recursive: true });
    const { bavail, bsize } = await statfs(reportsDir);
    const freeMb = (bavail * bsize) / 1e6;
    const detail = `${Math.round(freeMb)} MB at ${reportsDir}`;
    return freeMb >= DISK_NEEDED_MB
      ? there(detail)
      : missing(`${detail}, and ${DISK_NEEDED_MB} MB are needed`, `rm -r ${reportsDir}`);
  } catch (error) {
    return missing(messageOf(error), `mkdir -p ${reportsDir}`);
  }
}

function writeFinding(directory: string): Finding {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
    return there(directory);
  } catch (error) {
    return missing(messageOf(error), `chown -R "$USER" ${directory}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
