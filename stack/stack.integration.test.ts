import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResult } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeData, startStack, startToxiproxy, type Stack, type StackOptions } from './index.ts';

// Without web nodes, which need a build: those are started by the end-to-end tests.
const OPTIONS = { webNodes: 0, workers: 1 } satisfies Partial<StackOptions>;

let dataDir: string;
beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'checkout-stack-'))));
afterEach(() => removeData(dataDir));

async function query(stack: Stack, sql: string): Promise<QueryResult> {
  const client = new Client({ connectionString: stack.postgres.adminUrl });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

async function workerSessions(stack: Stack): Promise<number> {
  const sql = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name LIKE 'worker-1%'`;
  return (await query(stack, sql)).rows[0].count;
}

async function setLink(stack: Stack, name: string, enabled: boolean): Promise<void> {
  const proxy = stack.links.get(name)?.proxy ?? name;
  await fetch(`${stack.toxiproxyUrl}/proxies/${proxy}`, {
    method: 'POST',
    body: JSON.stringify({ enabled }),
  });
}

describe('startStack', () => {
  it('lets each process reach the others by links of its own', async () => {
    await using stack = await startStack({ ...OPTIONS, dataDir });
    expect([...stack.links.keys()]).toEqual(['db@worker-1', 'payments@worker-1']);
    await expect.poll(() => workerSessions(stack), { timeout: 5_000 }).toBeGreaterThan(0);
    await setLink(stack, 'db@worker-1', false);
    await expect.poll(() => workerSessions(stack), { timeout: 5_000 }).toBe(0);
    await setLink(stack, 'db@worker-1', true);
    await expect.poll(() => workerSessions(stack), { timeout: 20_000 }).toBeGreaterThan(0);
  });

  it('lets them talk directly without links', async () => {
    await using stack = await startStack({ ...OPTIONS, dataDir, links: false });
    expect(stack.links.size).toBe(0);
    expect(stack.toxiproxy).toBeNull();
    await expect.poll(() => workerSessions(stack), { timeout: 5_000 }).toBeGreaterThan(0);
  });

  it('goes on with the data that it was left with, in whatever way it ended', async () => {
    const first = await startStack({ ...OPTIONS, dataDir });
    await query(first, `INSERT INTO cart_line VALUES ('c1', 'sku', 2, now())`);
    await Promise.all([
      first.postgres.kill(),
      first.sandbox.kill(),
      ...first.workers.map((each) => each.kill()),
    ]);
    await first.stop();
    await using second = await startStack({ ...OPTIONS, dataDir });
    expect((await query(second, 'SELECT customer_id, quantity FROM cart_line')).rows).toEqual([
      { customer_id: 'c1', quantity: 2 },
    ]);
    expect(second.sandbox.ledgerPath).toBe(first.sandbox.ledgerPath);
  });

  it('kills, starts, pauses and resumes any process, which keeps its address', async () => {
    await using stack = await startStack({ ...OPTIONS, dataDir });
    const [worker] = stack.workers;
    for (const each of [stack.sandbox, stack.toxiproxy, worker]) {
      if (!each) throw new Error('A process is missing.');
      await each.pause();
      await each.resume();
      await each.kill();
      expect(each.pids()).toEqual([]);
      await each.start();
      await each.restart();
      expect(each.pids().length).toBeGreaterThan(0);
    }
    expect((await fetch(`${stack.sandbox.url}/health`)).ok).toBe(true);
  });

  it('leaves nothing when a part does not start, and says which', async () => {
    const start = startStack({ ...OPTIONS, dataDir, env: { LOG_LEVEL: 'not a level' } });
    await expect(start).rejects.toThrow(/worker-1 didn't start[^]*LOG_LEVEL/);
    expect(readdirSync(join(dataDir, 'processes'))).toEqual([]);
    // Nor does it hold the directory.
    await (await startStack({ ...OPTIONS, dataDir })).stop();
  });

  it("uses a Toxiproxy that somebody else runs, for its own links' time", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'checkout-toxiproxy-'));
    const others = await startToxiproxy({ dataDir: elsewhere });
    const proxies = async () =>
      Object.keys((await (await fetch(`${others.process.apiUrl}/proxies`)).json()) as object);
    vi.stubEnv('TOXIPROXY_URL', others.process.apiUrl);
    try {
      const stack = await startStack({ ...OPTIONS, dataDir });
      expect(stack.toxiproxy).toBeNull();
      expect(stack.toxiproxyUrl).toBe(others.process.apiUrl);
      expect((await proxies()).toSorted()).toEqual(
        [...stack.links.values()].map((link) => link.proxy).toSorted(),
      );
      expect(stack.links.get('db@worker-1')?.proxy).toMatch(/^[0-9a-f]{8}-db@worker-1$/);
      await stack.stop();
      expect(await proxies()).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      await others.stop();
      await removeData(elsewhere);
    }
  });
});
