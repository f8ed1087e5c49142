import { createHmac } from 'node:crypto';
import { pino, type Logger } from 'pino';
import { connect, type Database, type Tx } from './database/database.ts';
import type { WorkerEnv } from './env.ts';
import { Engine, nodePorts, type EngineEvent } from './idempotency/index.ts';
import { PrismaStore } from './idempotency/prisma/index.ts';
import { limits } from './limits.ts';
import type { Payments } from './payments/payments.ts';
import { StripeGateway } from './payments/stripe-gateway.ts';

/** What both programs, web and worker, are made of. */
export interface Services {
  readonly node: string;
  readonly log: Logger;
  readonly database: Database;
  readonly payments: Payments;
  readonly engine: Engine<Tx>;
  /** Closes every connection. */
  close(): Promise<void>;
}

export function createServices(env: WorkerEnv): Services {
  const log = pino({
    level: env.LOG_LEVEL,
    base: { node: env.NODE_NAME },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
  const database = connect({
    url: env.DATABASE_URL,
    applicationName: env.NODE_NAME,
    poolSize: limits.database.poolSize,
  });
  const leaseClient = connect({
    url: env.DATABASE_URL,
    applicationName: `${env.NODE_NAME}/lease`,
    poolSize: limits.database.leasePoolSize,
  });
  const store = new PrismaStore<Tx>({
    client: database,
    leaseClient,
    maxWaitMs: limits.database.connectionTimeoutMs,
    transactionTimeoutMs: limits.database.transactionTimeoutMs,
  });
  const engine = new Engine<Tx>({
    store,
    ports: nodePorts,
    onEvent: (event) => {
      logEvent(log, event);
    },
  });
  const payments = new StripeGateway({
    secretKey: env.STRIPE_SECRET_KEY,
    apiBase: env.STRIPE_API_BASE,
    timeoutMs: limits.provider.timeoutMs,
  });
  const close = async (): Promise<void> => {
    await Promise.all([database.$disconnect(), leaseClient.$disconnect()]);
  };
  return { node: env.NODE_NAME, log, database, payments, engine, close };
}

/**
 * One line an event. A key is its owner's secret, so the log names it by a hash; the hash is keyed, so
 * that a key that was seen elsewhere can't be looked up here.
 */
const logKey = createHmac('sha256', nodePorts.newHolderToken()).digest();

function logEvent(log: Logger, event: EngineEvent): void {
  const { type, id, ...rest } = event;
  const key = createHmac('sha256', logKey).update(id.key).digest('hex').slice(0, 16);
  const error = 'error' in rest && rest.error instanceof Error ? describe(rest.error) : undefined;
  const level = type === 'commit_unknown' || type === 'fenced' || type === 'released' ? 'warn' : 'info';
  log[level]({ event: type, procedure: id.procedure, key, ...rest, error }, `operation ${type}`);
}

function describe(error: Error): string {
  const { cause } = error;
  return cause instanceof Error
    ? `${error.name}: ${error.message} (${describe(cause)})`
    : `${error.name}: ${error.message}`;
}
