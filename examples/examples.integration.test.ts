import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { makeKey } from '../src/idempotency/testing/index.ts';
import { createTestDatabase } from '../stack/testing/database.ts';

const LIMIT_MS = 40_000;

interface Answer {
  readonly status: number | undefined;
  readonly replayed: boolean;
  readonly text: string;
}

/** One example as a process of its own. */
async function start(program: string, environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url))], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'close');
  const lines = createInterface(child.stdout);
  const [url] = (await Promise.race([
    once(lines, 'line'),
    gone.then(() => Promise.reject(new Error(`${program} ended before it listened`))),
  ])) as [string];
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  const agent = new Agent({ keepAlive: true });
  return {
    call: (path: string, input?: unknown, key?: string) => call(agent, `${url}/${path}`, input, key),
    kill,
    stop: async () => {
      child.kill('SIGSTOP');
      await until(() => stateOf(child.pid ?? 0) === 'T');
    },
    wake: () => child.kill('SIGCONT'),
    [Symbol.asyncDispose]: kill,
  };
}

/** A query without input, a mutation with. */
function call(agent: Agent, url: string, input: unknown, key: string | undefined): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = {
    'content-type': 'application/json',
    ...(key !== undefined && { 'idempotency-key': key }),
  };
  const sent = request(url, { agent, headers, method: input === undefined ? 'GET' : 'POST' }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('error', reject);
    response.on('end', () => {
      const replayed = response.headers['idempotent-replayed'] === 'true';
      resolve({ status: response.statusCode, replayed, text });
    });
  });
  sent.on('error', reject);
  sent.end(input === undefined ? undefined : JSON.stringify(input));
  return promise;
}

/** A bank that honours its keys. It can be told to keep its answers to itself. */
async function openBank() {
  const charges = new Map<string, string>();
  const waiting: (() => void)[] = [];
  let isSilent = false;
  let requests = 0;
  const server = createServer((asked, response) => {
    requests++;
    const key = String(asked.headers['idempotency-key']);
    const id = charges.get(key) ?? `charge_${charges.size + 1}`;
    charges.set(key, id);
    const answer = () => response.end(JSON.stringify({ id, declined: false }));
    if (isSilent) waiting.push(answer);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    charges,
    get requests() {
      return requests;
    },
    silence: (silent: boolean) => {
      isSilent = silent;
    },
    /** What it kept to itself so far. */
    answer: () => {
      for (const answerOne of waiting.splice(0)) answerOne();
    },
    /** Somebody waits for an answer. */
    untilAsked: () => until(() => waiting.length > 0),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!(await what())) {
    if (performance.now() > deadline) throw new Error('It never came to that');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The process's state by the kernel: `T` is stopped. */
function stateOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] ?? '';
}

describe('in memory', () => {
  test('the same key twice: one purchase, equal bytes', async () => {
    await using server = await start('./memory-store.ts');
    const key = makeKey();
    const first = await server.call('buy', { quantity: 3 }, key);
    const again = await server.call('buy', { quantity: 3 }, key);
    expect(first).toMatchObject({ status: 200, replayed: false });
    expect(again).toEqual({ ...first, replayed: true });
    expect((await server.call('stock')).text).toBe('{"result":{"data":7}}');
  });

  test('many at once: one purchase', async () => {
    await using server = await start('./memory-store.ts');
    const key = makeKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.call('buy', { quantity: 1 }, key)),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await server.call('stock')).text).toBe('{"result":{"data":9}}');
  });

  test('a refusal is an answer too; without a key, or with the key of another call, there is none', async () => {
    await using server = await start('./memory-store.ts');
    const key = makeKey();
    const refused = await server.call('buy', { quantity: 11 }, key);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('There are 10 left');
    await server.call('buy', { quantity: 1 }, makeKey());
    expect(await server.call('buy', { quantity: 11 }, key)).toEqual({ ...refused, replayed: true });
    expect((await server.call('buy', { quantity: 1 }, key)).text).toContain('IDEMPOTENCY_KEY_REUSED');
    expect((await server.call('buy', { quantity: 1 })).text).toContain('IDEMPOTENCY_KEY_MISSING');
    expect((await server.call('stock')).text).toBe('{"result":{"data":9}}');
  });
});

describe('on Postgres', () => {
  const SERVER = './prisma-postgres/server.ts';
  const SKU = { sku: 'MUG' };

  /** A bank, a database with its tables, and as many servers as the test starts. */
  async function setUp() {
    const resources = new AsyncDisposableStack();
    const bank = resources.use(await openBank());
    const { appUrl } = resources.use(await createTestDatabase('empty'));
    const environment = { DATABASE_URL: appUrl, BANK_URL: bank.url };
    const migration = spawn(
      process.execPath,
      [fileURLToPath(new URL('./prisma-postgres/migrate.ts', import.meta.url))],
      { env: { ...process.env, ...environment }, stdio: 'inherit' },
    );
    expect(await once(migration, 'close')).toEqual([0, null]);
    return {
      bank,
      startServer: async () => resources.use(await start(SERVER, environment)),
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    };
  }

  type Server = Awaited<ReturnType<typeof start>>;
  const purchases = async (server: Server) =>
    (
      JSON.parse((await server.call('purchases')).text) as {
        result: { data: { status: string; chargeId: string | null }[] };
      }
    ).result.data;
  const paidOnce = [expect.objectContaining({ status: 'paid', chargeId: 'charge_1' })];

  test('the same key twice, on two servers: one purchase, one charge, equal bytes', async () => {
    await using system = await setUp();
    const key = makeKey();
    const first = await (await system.startServer()).call('buy', SKU, key);
    const other = await system.startServer();
    expect(first).toMatchObject({ status: 200, replayed: false });
    expect(await other.call('buy', SKU, key)).toEqual({ ...first, replayed: true });
    expect(await purchases(other)).toEqual(paidOnce);
    expect(system.bank.requests).toBe(1);
  });

  test(
    'hazard 3: killed between charge and record, and started again: finished without its client, charged once',
    { timeout: LIMIT_MS },
    async () => {
      await using system = await setUp();
      const doomed = await system.startServer();
      const key = makeKey();
      system.bank.silence(true);
      const lost = doomed.call('buy', SKU, key).catch((error: unknown) => error);
      await system.bank.untilAsked();
      await doomed.kill();
      expect(await lost).toBeInstanceOf(Error);

      system.bank.silence(false);
      const restarted = await system.startServer();
      expect(await purchases(restarted)).toMatchObject([{ status: 'pending' }]);
      await until(async () => (await purchases(restarted))[0]?.status === 'paid');
      const answer = await restarted.call('buy', SKU, key);
      expect(answer).toMatchObject({ status: 200, replayed: true });
      expect(await purchases(restarted)).toEqual(paidOnce);
      expect(system.bank.charges.size).toBe(1);
    },
  );

  test(
    'hazard 36: a frozen server’s queue of retries executes nothing when it wakes',
    { timeout: LIMIT_MS },
    async () => {
      await using system = await setUp();
      const [frozen, other] = [await system.startServer(), await system.startServer()];
      const key = makeKey();
      system.bank.silence(true);
      const first = frozen.call('buy', SKU, key);
      await system.bank.untilAsked();
      await frozen.stop();
      const queued = Array.from({ length: 7 }, () => frozen.call('buy', SKU, key));

      system.bank.silence(false);
      await until(async () => (await purchases(other))[0]?.status === 'paid');
      frozen.wake();
      const settled = await other.call('buy', SKU, key);
      expect(settled).toMatchObject({ status: 200, replayed: true });
      const answers = await Promise.all(queued);
      expect(new Set(answers.map(({ text }) => text))).toEqual(new Set([settled.text]));
      // Its own call to the bank still hangs; once answered, it finds that it was fenced off.
      system.bank.answer();
      expect((await first).text).toBe(settled.text);
      expect(await purchases(other)).toEqual(paidOnce);
      expect(system.bank.charges.size).toBe(1);
    },
  );
});
