/**
 * A tRPC server whose `buy` runs once a key, all of it in memory: the smallest thing that works.
 *
 *     node examples/memory-store.ts
 */
import { initTRPC } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { z } from 'zod';
import { defaultPolicy, Engine, nodePorts, Refusal } from '../src/idempotency/index.ts';
import { MemoryStore, type MemoryTx } from '../src/idempotency/testing/index.ts';
import {
  idempotent,
  problemOf,
  problemShape,
  rpcCodeOf,
  type CallContext,
} from '../src/idempotency/trpc/index.ts';

const store = new MemoryStore();
const engine = new Engine<MemoryTx>({ store, ports: nodePorts });

const t = initTRPC.context<CallContext<MemoryTx>>().create({
  // The engine's errors, and the refusals that it stored, as problems: code, whether it's definite, what to do.
  errorFormatter({ error, shape }) {
    const problem = problemOf(error);
    return problem === null ? shape : problemShape(problem, rpcCodeOf(problem.status));
  },
});

const policy = { ...defaultPolicy, storedRefusals: ['SOLD_OUT'] };
let stock = 10;

const router = t.router({
  stock: t.procedure.query(() => stock),
  buy: t.procedure.input(z.object({ quantity: z.int().positive() })).mutation(
    idempotent(policy, async ({ input, operation }) =>
      operation.settle(() => {
        if (stock < input.quantity)
          throw new Refusal('SOLD_OUT', {
            status: 409,
            title: 'Sold out',
            detail: `There are ${stock} left.`,
          });
        stock -= input.quantity;
        return Promise.resolve({ bought: input.quantity, operation: operation.id });
      }),
    ),
  ),
});

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
server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`);
});
