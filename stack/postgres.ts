import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { DataDirectory } from './data-directory.ts';
import { ManagedProcess } from './managed-process.ts';
import { APP_ROLE, DATABASE, databaseUrl, SUPERUSER } from './postgres-address.ts';
import { clusterMembers, findCluster, postgresHome } from './postgres-home.ts';

const READY_LIMIT_MS = 30_000;

/** How the server runs; everything else is its default, `fsync` and `synchronous_commit` among it. */
export const POSTGRES_SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  // TCP alone: a socket file would need a directory that every user can reach.
  unix_socket_directories: '',
  max_connections: '100',
  // The harness reads every commit, in order, from a logical replication slot.
  wal_level: 'logical',
  max_wal_senders: '8',
  max_replication_slots: '8',
  // The application's name is the node's: it tells whose statement a line is.
  log_line_prefix: '%m [%p] %q%a ',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/** Postgres 18, the real server. */
export class Postgres extends ManagedProcess {
  readonly port: number;
  /** The cluster (`PGDATA`). */
  readonly dataDirectory: string;
  /** As superuser, database `shop`. */
  readonly adminUrl: string;
  /** As the shop connects, database `shop`. */
  readonly appUrl: string;

  constructor(directory: DataDirectory, options: { port: number; settings?: Record<string, string> }) {
    const { programs, user } = postgresHome();
    const cluster = findCluster(directory.path);
    if (!cluster) throw new Error(`There is no Postgres cluster in ${directory.path}.`);
    const { port } = options;
    const settings = { ...POSTGRES_SETTINGS, ...options.settings, port: String(port) };
    const adminUrl = databaseUrl(SUPERUSER, port, DATABASE);
    super(directory, {
      name: 'postgres',
      command: join(programs, 'bin', 'postgres'),
      args: [
        '-D',
        cluster,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      env: { LC_ALL: 'C' },
      user,
      strays: clusterMembers(directory.path),
      // Fast shutdown: ends sessions rather than waiting for them.
      stopSignal: 'SIGINT',
      readyLimit_ms: READY_LIMIT_MS,
      isReady: () => canConnect(databaseUrl(SUPERUSER, port, 'postgres')),
    });
    this.port = port;
    this.dataDirectory = cluster;
    this.adminUrl = adminUrl;
    this.appUrl = databaseUrl(APP_ROLE, port, DATABASE);
  }

  override async start(): Promise<void> {
    if (!this.isRunning()) {
      // What a crash left: orphaned backends, and a file with a pid that a stranger may have by now, on
      // which Postgres would refuse to start.
      await this.kill();
      rmSync(join(this.dataDirectory, 'postmaster.pid'), { force: true });
    }
    await super.start();
  }
}

async function canConnect(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    // Refused (not listening yet) or 57P03 (recovering from a crash).
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
