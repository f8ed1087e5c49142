import { bringUpToDate, noteSchema } from './database-schema.ts';
import { DataDirectory } from './data-directory.ts';
import type { ManagedProcess } from './managed-process.ts';
import { freePort, returnPorts } from './ports.ts';
import { installCluster } from './postgres-template.ts';
import { Postgres } from './postgres.ts';
import { silent, type Progress } from './progress.ts';
import { Sandbox } from './sandbox.ts';
import { findToxiproxy } from './toxiproxy-binary.ts';
import { Toxiproxy } from './toxiproxy.ts';

/** One process alone, for the tests of what needs no more than that. */
export interface Standalone<P extends ManagedProcess> extends AsyncDisposable {
  process: P;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  dataDir: string;
  /** With migrations and seed data; else database `shop` is empty. */
  seeded?: boolean;
  /** Server settings that go over the stack's own. */
  settings?: Record<string, string>;
  say?: Progress;
}

export function startPostgres(options: PostgresOptions): Promise<Standalone<Postgres>> {
  const { dataDir, seeded = false, settings = {}, say = silent } = options;
  return startAlone(dataDir, (directory, port) =>
    preparePostgres(directory, { port, seeded, settings, say }),
  );
}

export function startToxiproxy(options: { dataDir: string }): Promise<Standalone<Toxiproxy>> {
  return startAlone(options.dataDir, async (directory, port) => {
    const toxiproxy = new Toxiproxy(directory, { binary: await findToxiproxy(), port });
    await toxiproxy.start();
    return toxiproxy;
  });
}

export function startSandbox(options: { dataDir: string }): Promise<Standalone<Sandbox>> {
  return startAlone(options.dataDir, async (directory, port) => {
    const sandbox = new Sandbox(directory, { port });
    await sandbox.start();
    return sandbox;
  });
}

/** Starts Postgres on a data directory's cluster, making it from a template if there is none yet. */
export async function preparePostgres(
  directory: DataDirectory,
  options: { port: number; seeded: boolean; settings: Record<string, string>; say: Progress },
): Promise<Postgres> {
  const { port, seeded, settings, say } = options;
  const isNew = await installCluster(directory, seeded ? 'seeded' : 'empty', say);
  if (isNew && seeded) noteSchema(directory);
  const postgres = new Postgres(directory, { port, settings });
  await postgres.start();
  try {
    if (!isNew && seeded) await bringUpToDate(directory, postgres.appUrl, say);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return postgres;
}

async function startAlone<P extends ManagedProcess>(
  dataDir: string,
  start: (directory: DataDirectory, port: number) => Promise<P>,
): Promise<Standalone<P>> {
  const directory = await DataDirectory.open(dataDir);
  const port = await freePort();
  const release = () => {
    directory.close();
    returnPorts([port]);
  };
  try {
    const process = await start(directory, port);
    const stop = async () => {
      await process.stop();
      release();
    };
    return { process, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    release();
    throw error;
  }
}
