import { PrismaPg } from '@prisma/adapter-pg';
import { limits } from '../limits.ts';
import { SafeConnection } from './connection.ts';
import { PrismaClient } from './generated/client.ts';

export type Database = PrismaClient;
/** The client inside a transaction. */
export type Tx = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

/** How long a session waits, for a lock and for a statement. */
export interface Patience {
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** On the client's side. */
  readonly queryTimeoutMs: number;
}

/**
 * What the server enforces on every session of ours. It travels with the connection's first message, so
 * it costs no round trip, and it holds on a database that is somebody else's too.
 */
function sessionOptions({ lockTimeoutMs, statementTimeoutMs }: Patience): string {
  const session: Record<string, string> = {
    default_transaction_isolation: 'read committed',
    lock_timeout: `${lockTimeoutMs}ms`,
    statement_timeout: `${statementTimeoutMs}ms`,
    idle_in_transaction_session_timeout: `${limits.database.idleInTransactionTimeoutMs}ms`,
    tcp_user_timeout: `${limits.database.tcpUserTimeoutMs}ms`,
  };
  return Object.entries(session)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
    .join(' ');
}

export function connect(settings: {
  url: string;
  applicationName: string;
  poolSize: number;
  /** By default that of a request, which somebody waits for. */
  patience?: Patience;
}): Database {
  const { patience = limits.database } = settings;
  const adapter = new PrismaPg(
    {
      connectionString: settings.url,
      application_name: settings.applicationName,
      max: settings.poolSize,
      connectionTimeoutMillis: limits.database.connectionTimeoutMs,
      query_timeout: patience.queryTimeoutMs,
      options: sessionOptions(patience),
      Client: SafeConnection,
    },
    // A dropped idle connection is no event: the pool makes another.
    { onPoolError: () => undefined, onConnectionError: () => undefined },
  );
  return new PrismaClient({ adapter });
}
