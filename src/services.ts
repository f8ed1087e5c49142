import { pino, type Logger } from 'pino';
import { connect, type AroundConnection, type Database, type Tx } from './database/database.ts';
import type { WorkerEnv } from './env.ts';
import {
  Engine,
  nodePorts,
  ReplayCache,
  type EngineOptions,
  type Failpoint,
  type Store,
} from './idempotency/index.ts';
import { AuditTrail, PrismaStore } from './idempotency/prisma/index.ts';
import { limits } from './limits.ts';
import type { Payments } from './payments/payments.ts';
import { StripeGateway } from './payments/stripe-gateway.ts';
import { logEvents } from './telemetry/log-events.ts';
import { EngineMetrics } from './telemetry/metrics.ts';
import { pseudonyms } from './telemetry/pseudonyms.ts';

/** What both programs, web and worker, are made of. */
export interface Services {
  readonly node: string;
  readonly log: Logger;
  readonly database: Database;
  readonly payments: Payments;
  readonly engine: Engine<Tx>;
  readonly metrics: EngineMetrics;
  readonly audit: AuditTrail;
  /** Writes what the audit trail still holds, and closes every connection. */
  close(): Promise<void>;
}

/** What a test, or a chaos build, may put around a part or in its place; a program puts in nothing. */
export interface ServiceOptions {
  readonly failpoint?: Failpoint;
  readonly connection?: AroundConnection;
  readonly store?: (store: Store<Tx>, database: Database) => Store<Tx>;
  readonly engine?: (options: EngineOptions<Tx>, database: Database) => Engine<Tx>;
  readonly payments?: (payments: Payments, database: Database) => Payments;
}

export function createServices(env: WorkerEnv, options: ServiceOptions = {}): Services {
  const {
    store: aroundStore = itself,
    payments: aroundPayments = itself,
    engine: makeEngine = shopEngine,
  } = options;
  const log = pino({
    level: env.LOG_LEVEL,
    base: { node: env.NODE_NAME },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
  const database = connect({
    url: env.DATABASE_URL,
    applicationName: env.NODE_NAME,
    poolSize: limits.database.poolSize,
    around: options.connection,
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
  const metrics = new EngineMetrics();
  const auditClient = connect({
    url: env.DATABASE_URL,
    applicationName: `${env.NODE_NAME}/audit`,
    poolSize: limits.audit.poolSize,
  });
  const pseudonym = pseudonyms(env.AUDIT_SECRET);
  const audit = new AuditTrail({
    client: auditClient,
    node: env.NODE_NAME,
    region: env.REGION,
    pseudonym,
    ...limits.audit,
    onLost: (count, reason) => {
      metrics.auditLost.inc(count);
      log.error({ count, reason: String(reason) }, 'events are missing from the audit trail');
    },
  });
  const listeners = [logEvents(log, pseudonym), metrics.listener, audit.listener];
  const engine = makeEngine(
    {
      store: aroundStore(store, database),
      ports: nodePorts,
      replayCache: new ReplayCache({ maxBytes: limits.replayCacheBytes }),
      onEvent: (event) => {
        for (const listener of listeners) listener(event);
      },
      ...(options.failpoint && { failpoint: options.failpoint }),
    },
    database,
  );
  const gateway = new StripeGateway({
    secretKey: env.STRIPE_SECRET_KEY,
    apiBase: env.STRIPE_API_BASE,
    timeoutMs: limits.provider.timeoutMs,
  });
  const payments = aroundPayments(gateway, database);
  const close = async (): Promise<void> => {
    await audit.close();
    await Promise.all([database, leaseClient, auditClient].map((client) => client.$disconnect()));
  };
  return { node: env.NODE_NAME, log, database, payments, engine, metrics, audit, close };
}

const itself = <T>(part: T): T => part;
const shopEngine = (options: EngineOptions<Tx>) => new Engine(options);
