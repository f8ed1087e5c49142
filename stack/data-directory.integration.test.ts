import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataDirectory } from './data-directory.ts';
import { removeData, startPostgres } from './index.ts';
import { isAlive, readProcessTable, type ProcessRow } from './process-table.ts';
import { REPOSITORY } from './repository.ts';

const NOBODY = 65_534;

let dataDir: string;
beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'checkout-data-'))));
afterEach(() => removeData(dataDir));

interface Launcher {
  process: ChildProcess;
  guardian: ProcessRow;
  postgres: ProcessRow[];
}

async function launch(): Promise<Launcher> {
  const program = join(REPOSITORY, 'stack/testing/postgres-launcher.ts');
  const launcher = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(launcher.stdout, 'data')) as [Buffer];
  const { pids } = JSON.parse(line.toString()) as { pids: number[] };
  const table = readProcessTable();
  const postgres = table.filter((row) => pids.includes(row.pid));
  const guardian = table.find((row) => row.parent === launcher.pid && !pids.includes(row.pid));
  if (!guardian) throw new Error('The launcher has no guardian.');
  return { process: launcher, guardian, postgres };
}

async function kill(...processes: { pid?: number | undefined }[]): Promise<void> {
  for (const { pid } of processes) if (pid) process.kill(pid, 'SIGKILL');
  await sleep(50);
}

describe('when a launcher is killed', () => {
  it('its guardian ends what it had started, and then itself', async () => {
    const launcher = await launch();
    await kill(launcher.process);
    await expect.poll(() => launcher.postgres.filter(isAlive), { timeout: 5_000 }).toEqual([]);
    await expect.poll(() => isAlive(launcher.guardian), { timeout: 5_000 }).toBe(false);
  });

  it('and its guardian with it, the next start ends what they left, and goes on with the data', async () => {
    const launcher = await launch();
    await kill(launcher.guardian, launcher.process);
    expect(launcher.postgres.filter(isAlive).length).toBeGreaterThan(0);
    await using next = await startPostgres({ dataDir });
    expect(launcher.postgres.filter(isAlive)).toEqual([]);
    expect(next.process.pids().length).toBeGreaterThan(0);
  });
});

describe('a second launcher', () => {
  it('is refused while the first is at work', async () => {
    const first = await DataDirectory.open(dataDir);
    await expect(DataDirectory.open(dataDir, 100)).rejects.toThrow('Another launcher is at work');
    first.close();
    (await DataDirectory.open(dataDir, 100)).close();
  });
});

describe('a directory that was removed and made again', () => {
  it('does not get the data of the one before', async () => {
    const before = await startPostgres({ dataDir });
    // Root's cluster lies elsewhere and outlives the directory; another user's lies in it. Either way the
    // path may be the same, so what tells is something that only the first one holds.
    writeFileSync(join(before.process.dataDirectory, 'of-the-first'), '');
    await before.stop();
    rmSync(dataDir, { recursive: true });
    await using after = await startPostgres({ dataDir });
    expect(existsSync(join(after.process.dataDirectory, 'PG_VERSION'))).toBe(true);
    expect(existsSync(join(after.process.dataDirectory, 'of-the-first'))).toBe(false);
  });
});

// As another user Postgres runs in place, from a clone that this one made. Everything it needs is copied,
// since this clone itself may lie where only its owner can go.
it.skipIf(process.getuid?.() !== 0)('works for a user other than root', { timeout: 120_000 }, async () => {
  const clone = mkdtempSync(join(tmpdir(), 'checkout-clone-'));
  try {
    chmodSync(clone, 0o755);
    for (const path of ['stack', 'package.json'])
      cpSync(join(REPOSITORY, path), join(clone, path), { recursive: true });
    const packages = readdirSync(join(REPOSITORY, 'node_modules')).filter((name) =>
      /^(pg|postgres|split2$|xtend$|embedded-|@embedded-)/.test(name),
    );
    for (const name of packages) {
      execFileSync('cp', [
        '-RP',
        join(REPOSITORY, 'node_modules', name),
        join(mkdirIn(clone, 'node_modules'), name),
      ]);
    }
    execFileSync('cp', [process.execPath, join(clone, 'node')]);
    execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, clone]);
    chownSync(clone, NOBODY, NOBODY);
    const home = mkdirIn(clone, 'home');
    chownSync(home, NOBODY, NOBODY);
    const program = `
      const { startPostgres } = await import(${JSON.stringify(join(clone, 'stack/standalone.ts'))});
      const first = await startPostgres({ dataDir: ${JSON.stringify(join(home, 'data'))} });
      await first.process.kill();
      await first.process.start();
      await first.stop();
      console.log('worked as', process.getuid());`;
    const output = execFileSync(join(clone, 'node'), ['--input-type=module', '-e', program], {
      cwd: home,
      uid: NOBODY,
      gid: NOBODY,
      env: { PATH: process.env['PATH'], HOME: home, NODE_ENV: 'test' },
      encoding: 'utf8',
    });
    expect(output).toContain(`worked as ${NOBODY}`);
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
});

function mkdirIn(parent: string, name: string): string {
  const path = join(parent, name);
  mkdirSync(path, { recursive: true });
  return path;
}
