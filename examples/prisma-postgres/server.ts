/**
 * A tRPC server that charges a card in the middle of a mutation, on Postgres: whatever dies, and whenever,
 * each key buys once and is charged once. Any number of these processes may run on one database.
 *
 *     DATABASE_URL=postgres://… node examples/prisma-postgres/migrate.ts
 *     DATABASE_URL=postgres://… BANK_URL=http://… node examples/prisma-postgres/server.ts
 */
import { setTimeout as delay } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import { initTRPC } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { z } from 'zod';
import {
  defaultPolicy,
  Engine,
  nodePorts,
  OutcomeUnknown,
  Refusal,
  type Operation,
} from '../../src/idempotency/index.ts';
import { connectionConfig, PrismaRetention, PrismaStore } from '../../src/idempotency/prisma/index.ts';
import {
  idempotent,
  problemOf,
  problemShape,
  rpcCodeOf,
  type CallContext,
} from '../../src/idempotency/trpc/index.ts';
import { PrismaClient } from './generated/client.ts';

type Tx = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

const { DATABASE_URL: url = '', BANK_URL: bank = '', PORT: port = '0' } = process.env;

const limits = {
  connectionTimeoutMs: 2_000,
  lockTimeoutMs: 2_000,
  statementTimeoutMs: 3_000,
  queryTimeoutMs: 4_000,
  idleInTransactionTimeoutMs: 2_000,
  tcpUserTimeoutMs: 5_000,
};
const open = (applicationName: string, poolSize: number) =>
  new PrismaClient({ adapter: new PrismaPg(connectionConfig({ url, applicationName, poolSize, limits })) });
const client = open('purchases', 10);

const engine = new Engine<Tx>({
  store: new PrismaStore<Tx>({
    client,
    // A full pool must not cost a lease.
    leaseClient: open('purchases/lease', 2),
    maxWaitMs: limits.connectionTimeoutMs,
    transactionTimeoutMs: 8_000,
  }),
  ports: nodePorts,
});

const policy = { ...defaultPolicy, storedRefusals: ['CARD_DECLINED'] };
const purchaseInput = z.object({ sku: z.string() });

/** The whole mutation: the same for a first call, for a retry that resumes it, and for the completer. */
async function buy(operation: Operation<Tx>, customer: string, { sku }: z.output<typeof purchaseInput>) {
  const purchaseId = await operation.transact('note', async (tx) => {
    const created = await tx.purchase.create({
      data: { purchaseId: operation.id, customer, sku, status: 'pending' },
    });
    return created.purchaseId;
  });
  const charged = await operation.remote('charge', ({ key }) => charge(key));
  return operation.settle(async (tx) => {
    const status = charged.declined ? 'failed' : 'paid';
    await tx.purchase.update({ where: { purchaseId }, data: { status, chargeId: charged.id } });
    // Returned, not thrown: what was written stays.
    if (charged.declined)
      return new Refusal('CARD_DECLINED', {
        status: 402,
        title: 'Card declined',
        detail: 'Use another card.',
      });
    return { purchaseId, chargeId: charged.id };
  });
}

/** The bank honours the key: asked twice with the same one, it charges once and says the same. */
async function charge(key: string): Promise<{ id: string; declined: boolean }> {
  try {
    const response = await fetch(`${bank}/charges`, {
      method: 'POST',
      headers: { 'idempotency-key': key },
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status !== 200) throw new Error(`The bank answers ${response.status}`);
    return (await response.json()) as { id: string; declined: boolean };
  } catch (cause) {
    // It may have charged all the same. The completer asks again, with the same key.
    throw new OutcomeUnknown('The bank did not answer', { cause });
  }
}

const t = initTRPC.context<CallContext<Tx>>().create({
  errorFormatter({ error, shape }) {
    const problem = problemOf(error);
    return problem === null ? shape : problemShape(problem, rpcCodeOf(problem.status));
  },
});

const router = t.router({
  purchases: t.procedure.query(({ ctx }) => client.purchase.findMany({ where: { customer: ctx.scope } })),
  buy: t.procedure
    .input(purchaseInput)
    .mutation(idempotent(policy, ({ ctx, input, operation }) => buy(operation, ctx.scope, input))),
});

/** Finishes what dead processes left, and keeps the days: both may run in every process at once. */
async function upkeep(): Promise<void> {
  const retention = new PrismaRetention({ client, clockToleranceMs: 3_600_000 });
  await retention.makeAhead(7);
  for (;;) {
    for (const id of await engine.abandoned(10).catch(() => []))
      await engine
        .complete(id, {
          policy,
          resume: (operation, input) => buy(operation, id.scope, purchaseInput.parse(input)),
        })
        // Its record says when it's tried again, and by whom doesn't matter.
        .catch(() => null);
    await delay(200);
  }
}

const server = createHTTPServer({
  router,
  createContext: ({ req, res, info }) => ({
    engine,
    // Of whom the session says that it is.
    scope: 'customer-1',
    principal: 'customer-1',
    idempotencyKey: req.headers['idempotency-key']?.toString() ?? null,
    isBatch: info.isBatchCall,
    responseHeaders: { set: (name, value) => void res.setHeader(name, value) },
  }),
});
server.listen(Number(port), '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`);
});
await upkeep();
