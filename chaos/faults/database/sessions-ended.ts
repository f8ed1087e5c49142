import { z } from 'zod';
import { Observer } from '../../topology/observer.ts';
import type { Fault } from '../fault.ts';

/**
 * The server ends every session of one node, in the middle of what it does: an administrator's
 * `pg_terminate_backend`, a failover of a pooler. It is over at once.
 */
export const sessionsEnded: Fault<Record<string, never>> = {
  name: 'sessions-ended',
  family: 'database',
  label: 'sessions ended',
  params: z.strictObject({}),
  targets: ({ webNodes, workers }) => [...webNodes, ...workers],
  draw: () => ({}),
  describe: (_params, target) => `the database ends every session of ${target}`,
  evidence: () => 'sessions-were-ended',
  async inject({ database }, { target }) {
    await using observer = await Observer.connect({ adminUrl: database.adminUrl, name: 'sessions' });
    const ended = await observer.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE split_part(application_name, '/', 1) = $1`,
      [target],
    );
    return { felt: () => Promise.resolve(ended.length > 0), heal: () => Promise.resolve() };
  },
};
