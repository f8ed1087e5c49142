import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './command.ts';
import { silent, type Progress } from './progress.ts';

/** A Chromium and how it must be started here; fits into Playwright's `launchOptions`. */
export interface Browser {
  executablePath: string;
  args: string[];
}

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const SYSTEM_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const INSTALL_LIMIT_MS = 300_000;

/** Chromium calls home in the background: noise on a recorded network, and seconds where that's closed. */
const QUIET_ARGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/**
 * Finds a Chromium, and installs one if there is none: an explicit path (CHROMIUM_PATH), Playwright's
 * own, the system's; else by Playwright, else by Debian's packages.
 */
export async function findBrowser(say: Progress = silent): Promise<Browser> {
  const executablePath = (await presentBrowser()) ?? (await install(say));
  // Chromium's sandbox refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  return { executablePath, args: [...QUIET_ARGS, ...(isRoot ? ['--no-sandbox'] : [])] };
}

/** The Chromium that is here already; null if it would have to be installed. Throws if CHROMIUM_PATH is none. */
export async function presentBrowser(): Promise<string | null> {
  return explicitPath() ?? (await presentPath());
}

function explicitPath(): string | null {
  const path = process.env['CHROMIUM_PATH'];
  if (!path) return null;
  if (!isExecutable(path)) throw new Error(`CHROMIUM_PATH is ${path}, which is no program.`);
  return path;
}

async function presentPath(): Promise<string | null> {
  // Imported only here: whoever starts a stack without a browser shouldn't load it.
  const { chromium } = await import('playwright');
  const own = chromium.executablePath();
  if (existsSync(own)) return own;
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = SYSTEM_NAMES.flatMap((name) => directories.map((directory) => join(directory, name)));
  return [...candidates, ...SYSTEM_PATHS].find(isExecutable) ?? null;
}

async function install(say: Progress): Promise<string> {
  const ways: [description: string, command: string, args: string[]][] = [
    [
      'by Playwright',
      process.execPath,
      ['node_modules/playwright/cli.js', 'install', '--with-deps', 'chromium'],
    ],
  ];
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    ways.push([
      'by apt-get',
      'sh',
      ['-c', 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y chromium'],
    ]);
  }
  for (const [description, command, args] of ways) {
    say(`installing Chromium, once (${description})`);
    // Its failure shows in that there still is no browser; then the next way is tried.
    await runCommand(command, args, { limit_ms: INSTALL_LIMIT_MS }).catch((error: unknown) =>
      say(String(error)),
    );
    const path = await presentPath();
    if (path) return path;
  }
  throw new Error(
    'There is no Chromium here, and none could be installed. Run `npx playwright install --with-deps chromium`, ' +
      'or set CHROMIUM_PATH to a Chromium or Chrome.',
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
