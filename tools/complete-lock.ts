/**
 * Adds to package-lock.json the optional packages of other platforms that `npm install` left out.
 *
 * A registry that lacks a platform's build of a package makes npm omit it from the lock, and then `npm ci`
 * refuses the lock everywhere. An entry with version, `os` and `cpu` is all that `npm ci` asks for: on
 * another platform it is skipped unseen. Run it after `npm install` changed the lock.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const LOCK = 'package-lock.json';

interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];

/** What a platform package's name says: `core-linux-arm-gnueabihf` is for linux on arm with glibc. */
function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> | null {
  if (name.endsWith('wasm32-wasi')) return { cpu: ['wasm32'] };
  const parts = name.split(/[-/]/);
  const os = SYSTEMS.find((system) => parts.includes(system));
  const cpu = PROCESSORS.find((processor) => parts.includes(processor));
  if (os === undefined || cpu === undefined) return null;
  if (os !== 'linux') return { os: [os], cpu: [cpu] };
  return { os: [os], cpu: [cpu], libc: [name.includes('musl') ? 'musl' : 'glibc'] };
}

const lock = JSON.parse(readFileSync(LOCK, 'utf8')) as { packages: Record<string, Entry> };
const added: string[] = [];
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const platform = platformOf(name);
    if (platform === null || lock.packages[path] !== undefined) continue;
    lock.packages[path] = {
      version: version.replace(/^[~^]/, ''),
      ...platform,
      ...(entry.dev === true && { dev: true }),
      optional: true,
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} platform packages added`);
