import { PrismaPg } from '@prisma/adapter-pg';
import { connectionConfig } from '../idempotency/prisma/index.ts';
import { limits } from '../limits.ts';
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

/** What every connection of a pool is made by. */
export type AroundConnection = (
  config: ReturnType<typeof connectionConfig>,
) => ReturnType<typeof connectionConfig>;

export function connect(settings: {
  url: string;
  applicationName: string;
  poolSize: number;
  /** By default that of a request, which somebody waits for. */
  patience?: Patience;
  /** Changes how connections are made; for the chaos build. */
  around?: AroundConnection | undefined;
}): Database {
  const { patience, around = (config) => config, ...session } = settings;
  const adapter = new PrismaPg(
    around(connectionConfig({ ...session, limits: { ...limits.database, ...patience } })),
    // A dropped idle connection is no event: the pool makes another.
    { onPoolError: () => undefined, onConnectionError: () => undefined },
  );
  return new PrismaClient({ adapter });
}
