import { Engine, nodePorts, ReplayCache } from '../../src/idempotency/index.ts';
import type { EngineEvent, EngineOptions, Policy, Ports, Store } from '../../src/idempotency/index.ts';
import type { Payments } from '../../src/payments/payments.ts';
import { answerRequest } from './api.ts';
import type { ShopServices } from './api.ts';
import type { Database } from './database.ts';
import { Gateway } from './gateway.ts';
import type { SimulatedLimits } from './limits.ts';
import type { Life } from './machine.ts';
import type { Network } from './network.ts';
import type { Provider } from './provider.ts';
import type { Sabotage } from './sabotage/sabotage.ts';
import type { Scheduler } from './scheduler.ts';
import type { Layers } from './shop.ts';
import { STORED_REFUSALS, tables } from './shop.ts';
import { StoreClient } from './store-client.ts';
import type { ShopTx } from './store-client.ts';

/** An HTTP answer on its way. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** False where the body ends before its announced end. */
  readonly complete: boolean;
}

export interface HttpRequest {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What the processes of the simulated system share: the ground that they stand on. */
export interface Ground {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly database: Database;
  readonly provider: Provider;
  readonly limits: SimulatedLimits;
  readonly layers: Layers;
  readonly sabotage: Sabotage;
  /** Milliseconds since 1970 by the true clock, which is the database's. */
  readonly wallMs: () => number;
  readonly onMet: (what: string) => void;
  readonly onEngineEvent: (life: Life, event: EngineEvent) => void;
}

/** What a process has of the shop: the real engine, on the simulated network. It is gone with the process. */
export function servicesOf(life: Life, ground: Ground): ShopServices {
  const { network, database, provider, limits, layers, sabotage, onMet, scheduler } = ground;
  const leaksConnections = sabotage.leaksConnections === true;
  const client = new StoreClient({ life, network, database, limits, leaksConnections, onMet });
  const store: Store<ShopTx> = sabotage.store?.(client, ground) ?? client;
  const gateway = new Gateway({ life, network, provider, timeoutMs: limits.providerTimeoutMs });
  const payments: Payments = sabotage.payments?.(gateway, ground) ?? gateway;
  const options: EngineOptions<ShopTx> = {
    store,
    ports: portsOf(life, scheduler),
    onEvent: (event) => ground.onEngineEvent(life, event),
    ...(limits.replayCacheBytes > 0 && {
      replayCache: new ReplayCache({ maxBytes: limits.replayCacheBytes }),
    }),
  };
  return {
    engine: sabotage.engine?.(options, ground) ?? new Engine(options),
    store,
    payments,
    policy: policyOf(limits),
    layers,
    orders: (customerId) =>
      client.query('read orders', async () =>
        database.rows(tables.orders).filter((order) => order.customerId === customerId),
      ),
    purge: (keysOlderThanMs) => client.query('purge', () => database.purge(keysOlderThanMs)),
  };
}

/** Answers one request, as a web server does: with a date by its own clock and the length of the body. */
export async function serveHttp(
  request: HttpRequest,
  services: ShopServices,
  nowMs: number,
): Promise<HttpAnswer> {
  const { path, method, headers, body } = request;
  const response = await answerRequest(
    new Request(`http://shop.invalid${path}`, { method, headers, ...(body !== undefined && { body }) }),
    services,
  );
  const text = await response.text();
  response.headers.set('date', new Date(nowMs).toUTCString());
  response.headers.set('content-length', String(new TextEncoder().encode(text).byteLength));
  return { status: response.status, headers: [...response.headers], body: text, complete: true };
}

function portsOf(life: Life, scheduler: Scheduler): Ports {
  const made = { tokens: 0, operations: 0 };
  const name = `${life.machine.name}.${life.number}`;
  return {
    ...nodePorts,
    newHolderToken: () => `${name}.${++made.tokens}`,
    // The product's ids hold no punctuation after the prefix.
    newOperationId: () => `op_${name.replaceAll(/[^a-z0-9]/g, 'n')}n${++made.operations}`,
    monotonicMs: () => scheduler.nowMs,
    sleep: (ms, signal) => life.sleep(ms, signal),
  };
}

function policyOf(limits: SimulatedLimits): Policy {
  const { windowBackMs, windowAheadMs, leaseMs, renewalDeadlineMs, joinMs, backoffBaseMs, backoffCapMs } =
    limits;
  return {
    version: 1,
    windowBackMs,
    windowAheadMs,
    leaseMs,
    renewalDeadlineMs,
    joinMs,
    // Giving up for good is a person's business, and there is none here.
    maxTries: 1_000_000,
    backoffBaseMs,
    backoffCapMs,
    storedRefusals: STORED_REFUSALS,
    retryAdvice: '',
    compensation: '',
  };
}
