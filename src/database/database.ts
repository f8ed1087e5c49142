import { PrismaPg } from '@prisma/adapter-pg';
import { limits } from '../limits.ts';
import { SafeConnection } from './connection.ts';
import { PrismaClient } from './generated/client.ts';

export type Database = PrismaClient;
/** The client inside a transaction. */
export type Tx = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

/**
 * What the server enforces on every session of ours. It travels with the connection's first message, so
 * it costs no round trip, and it holds on a database that is somebody else's too.
 */
const session: Record<string, string> = {
  default_transaction_isolation: 'read committed',
  lock_timeout: `${limits.database.lockTimeoutMs}ms`,
  statement_timeout: `${limits.database.statementTimeoutMs}ms`,
  idle_in_transaction_session_timeout: `${limits.database.idleInTransactionTimeoutMs}ms`,
  tcp_user_timeout: `${limits.database.tcpUserTimeoutMs}ms`,
};

const options = Object.entries(session)
  .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
  .join(' ');

export function connect(settings: { url: string; applicationName: string; poolSize: number }): Database {
  const adapter = new PrismaPg(
    {
      connectionString: settings.url,
      application_name: settings.applicationName,
      max: settings.poolSize,
      connectionTimeoutMillis: limits.database.connectionTimeoutMs,
      query_timeout: limits.database.queryTimeoutMs,
      options,
      Client: SafeConnection,
    },
    // A dropped idle connection is no event: the pool makes another.
    { onPoolError: () => undefined, onConnectionError: () => undefined },
  );
  return new PrismaClient({ adapter });
}
