import { z } from 'zod';
import pg from 'pg';
import { Observer } from '../../topology/observer.ts';
import type { Fault } from '../fault.ts';

/** What Postgres says to a role that has as many connections as it may. */
const TOO_MANY_CONNECTIONS = '53300';
const CONNECT_LIMIT_MS = 2_000;

const params = z.strictObject({
  /** Connections that are left, for all nodes and workers together. */
  left: z.number().int().nonnegative(),
});

/**
 * The shop's role may have only so many connections, and those that it had end: whoever comes first has one,
 * all others are refused. As when some other program has taken what the server has.
 */
export const connectionsTaken: Fault<z.infer<typeof params>> = {
  name: 'connections-taken',
  family: 'database',
  label: 'few connections',
  params,
  targets: () => ['postgres'],
  draw: (random) => ({ left: random.integer(0, 4) }),
  describe: ({ left }) => `all of the shop’s connections end, and ${left} are left for all of it`,
  evidence: () => 'connections-were-denied',
  async inject({ database }, { params: { left } }) {
    const role = new URL(database.appUrl).username;
    await using observer = await Observer.connect({ adminUrl: database.adminUrl, name: 'connections' });
    await limit(observer, role, left);
    await observer.rows('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
    return {
      felt: () => isDenied(database.appUrl, left + 1),
      async heal() {
        await using healer = await Observer.connect({ adminUrl: database.adminUrl, name: 'connections' });
        await limit(healer, role, -1);
      },
    };
  },
};

async function limit(observer: Observer, role: string, connections: number): Promise<void> {
  await observer.run(`ALTER ROLE ${pg.escapeIdentifier(role)} CONNECTION LIMIT ${connections}`);
}

/** Whether, of so many who come at once, somebody is refused. */
async function isDenied(connectionString: string, callers: number): Promise<boolean> {
  const clients = Array.from(
    { length: callers },
    () =>
      new pg.Client({
        connectionString,
        application_name: 'chaos/denied',
        connectionTimeoutMillis: CONNECT_LIMIT_MS,
      }),
  );
  const results = await Promise.allSettled(
    clients.map(async (client) => {
      client.on('error', () => {});
      await client.connect();
    }),
  );
  // What was only a question must not take a place of its own.
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  return results.some(
    (result) =>
      result.status === 'rejected' && (result.reason as { code?: unknown }).code === TOO_MANY_CONNECTIONS,
  );
}
