import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResult } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeData, startPostgres, type Postgres, type Standalone } from './index.ts';
import { postgresHome } from './postgres-home.ts';
import { readProcessTable } from './process-table.ts';

// `mkdtemp` makes it 0700: what root's Postgres user can't reach into.
const dataDir = mkdtempSync(join(tmpdir(), 'checkout-postgres-'));
let standalone: Standalone<Postgres>;
let postgres: Postgres;

beforeAll(async () => {
  standalone = await startPostgres({ dataDir, settings: { log_statement: 'all' } });
  postgres = standalone.process;
});

afterAll(async () => {
  await standalone.stop();
  await removeData(dataDir);
});

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: postgres.appUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function query(sql: string): Promise<QueryResult> {
  const client = await connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

const statesOf = (pids: number[]) =>
  readProcessTable()
    .filter((row) => pids.includes(row.pid))
    .map((row) => row.state);

describe('the server', () => {
  it('is Postgres 18, durable, and ready for logical decoding', async () => {
    const { rows } = await query(
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'wal_level', 'log_statement') ORDER BY name`,
    );
    expect(rows).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'log_statement', setting: 'all' },
      { name: 'synchronous_commit', setting: 'on' },
      { name: 'wal_level', setting: 'logical' },
    ]);
    expect((await query('SHOW server_version')).rows[0].server_version).toMatch(/^18\./);
  });

  it('lets the harness read its commits', async () => {
    const admin = new Client({ connectionString: postgres.adminUrl });
    await admin.connect();
    await admin.query(`SELECT pg_create_logical_replication_slot('try', 'test_decoding')`);
    await query('CREATE TABLE decoded AS SELECT 42 AS n');
    const { rows } = await admin.query(`SELECT data FROM pg_logical_slot_get_changes('try', NULL, NULL)`);
    expect(rows.some(({ data }) => /table public.decoded: INSERT: n\[integer\]:42/.test(data))).toBe(true);
    await admin.query(`SELECT pg_drop_replication_slot('try')`);
    await admin.end();
  });

  it('names the process that a statement came from in its log', async () => {
    const client = new Client({ connectionString: postgres.appUrl, application_name: 'web-7' });
    await client.connect();
    await client.query(`SELECT 'marked statement'`);
    await client.end();
    expect(readFileSync(postgres.logPath, 'utf8')).toMatch(/\[\d+\] web-7 LOG:.*marked statement/);
  });
});

describe('kill', () => {
  it('leaves no process of it, open sessions included, and a start finds what was committed', async () => {
    const session = await connect();
    await session.query('CREATE TABLE kept AS SELECT 1 AS n');
    const pids = postgres.pids();
    expect(pids.length).toBeGreaterThan(5);
    await postgres.kill();
    expect(statesOf(pids)).toEqual([]);
    await postgres.start();
    expect((await query('SELECT n FROM kept')).rows).toEqual([{ n: 1 }]);
  });

  it('ends a paused server too', async () => {
    await postgres.pause();
    await postgres.kill();
    expect(postgres.pids()).toEqual([]);
    await postgres.start();
  });
});

describe('pause', () => {
  it('stops every process, so that an open session gets no answer until it is resumed', async () => {
    const session = await connect();
    await postgres.pause();
    expect(new Set(statesOf(postgres.pids()))).toEqual(new Set(['T']));
    let isAnswered = false;
    const answer = session.query('SELECT 1').then(() => (isAnswered = true));
    await sleep(300);
    expect(isAnswered).toBe(false);
    await postgres.resume();
    await answer;
    await session.end();
  });

  it('is not in the way of stop', async () => {
    await postgres.pause();
    await postgres.stop();
    expect(postgres.pids()).toEqual([]);
    await postgres.start();
  });
});

describe('start', () => {
  it('refuses while it runs', async () => {
    await expect(postgres.start()).rejects.toThrow('is running already');
    await query('SELECT 1');
  });

  it('ends the backends of a postmaster that died alone', async () => {
    const session = await connect();
    const pids = postgres.pids();
    const postmaster = readProcessTable().find((row) => pids.includes(row.pid) && row.parent === process.pid);
    process.kill(postmaster?.pid ?? NaN, 'SIGKILL');
    while (postgres.isRunning()) await sleep(10);
    await postgres.start();
    await query('SELECT 1');
    await session.end();
  });

  it('does not mind a pid file whose pid a stranger has by now', async () => {
    await postgres.kill();
    const pidFile = join(postgres.dataDirectory, 'postmaster.pid');
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore', ...postgresHome().user });
    try {
      writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(stranger.pid)));
      await postgres.start();
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('tells the end of the log when it fails, and leaves nothing', async () => {
    const other = mkdtempSync(join(tmpdir(), 'checkout-postgres-'));
    const start = startPostgres({ dataDir: other, settings: { shared_buffers: 'a lot' } });
    await expect(start).rejects.toThrow(/postgres didn't start: ended with code 1[^]*shared_buffers/);
    await removeData(other);
  });
});
