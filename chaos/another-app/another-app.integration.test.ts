import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../stack/index.ts';
import { createTestDatabase } from '../../stack/testing/database.ts';
import type { PlayReport } from '../report/report.ts';
import { readSchedules, SCHEDULE_FILE, scheduleFile } from '../schedule/schedule-file.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { savedRuns } from '../saved/run-list.ts';
import { CommandBench } from '../testing/command.ts';
import { TinyShop } from './testing/tiny-shop.ts';

const EXAMPLE = new URL('../../examples/prisma-postgres/', import.meta.url);
const EXAMPLE_FILE = fileURLToPath(new URL('examples/prisma-postgres.ts', import.meta.url));

/** Enough for every role and four faults. */
const FEW = 'workload: {\n    purchases: 12,';

afterEach(() => void vi.unstubAllEnvs());

/** The file of the page, for a shop that listens elsewhere, and for fewer purchases. */
function appFileFor(url: string, { reportsDir }: CommandBench): string {
  const page = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```ts\n(.*?)```/s.exec(page) ?? [];
  const file = join(reportsDir, 'my-app.ts');
  writeFileSync(file, code.replace('http://127.0.0.1:3000', url).replace('workload: {', FEW));
  return file;
}

function lastReport({ reportsDir }: CommandBench): PlayReport | undefined {
  return savedRuns(reportsDir).at(-1)?.report().scenarios[0];
}

/** Where the last run's play was saved. */
function lastPlay({ reportsDir }: CommandBench): string {
  const run = savedRuns(reportsDir).at(-1);
  if (run === undefined) throw new Error('nothing was played');
  return run.playPath('my-app');
}

/** The same customers, who press when they come. */
function withoutFaults(schedule: Schedule): Schedule {
  const intents = schedule.intents.map((intent) => ({ ...intent, pressAt: null }));
  return { ...schedule, faults: [], intents };
}

const kindsOf = (report: PlayReport | undefined) =>
  [...new Set(report?.violations.map(({ checker, kind }) => `${checker}/${kind}`))].toSorted();

describe.concurrent('the file of the page', () => {
  test('an app that honours keys is valid, and is played again by its schedule', async ({ expect }) => {
    using bench = new CommandBench();
    await using shop = await TinyShop.open('honours');
    const played = await bench.type(`against ${appFileFor(shop.url, bench)} --seed 5eed`);
    expect(played).toMatchObject({ code: 0 });
    const report = lastReport(bench);
    expect(report).toMatchObject({ name: 'my-app', verdict: 'valid', duplicates: 0, reasons: [] });
    expect(report?.evidence['answers-were-lost']).toBeGreaterThan(0);

    const again = await bench.type('replay last');
    expect(again).toMatchObject({ code: 0 });
    expect(again.err).toContain('my-app was valid, and is now valid');
  });

  test('one that ignores them is invalid, by name: second orders, and other answers', async ({ expect }) => {
    using bench = new CommandBench();
    await using shop = await TinyShop.open('ignores');
    const { code, out } = await bench.type(`against ${appFileFor(shop.url, bench)} --seed 5eed`);
    expect({ code, out }).toMatchObject({ code: 1 });
    expect(kindsOf(lastReport(bench))).toEqual([
      'one-order-per-intent/second-paid-order',
      'same-key-same-bytes/answers-differ',
    ]);
    const exported = await bench.type('export last');
    expect(exported).toMatchObject({ code: 2 });
    expect(exported.err).toContain('a regression plays the shop');
  });

  test('one that soon forgets them is invalid, and nobody could tell without the faults', async ({
    expect,
  }) => {
    using bench = new CommandBench();
    await using shop = await TinyShop.open('forgets');
    const { code, out } = await bench.type(`against ${appFileFor(shop.url, bench)} --seed 4`);
    expect({ code, out }).toMatchObject({ code: 1 });
    expect(kindsOf(lastReport(bench))).toContain('one-order-per-intent/second-paid-order');

    const [schedule] = readSchedules(join(lastPlay(bench), SCHEDULE_FILE));
    writeFileSync(
      join(lastPlay(bench), SCHEDULE_FILE),
      JSON.stringify(scheduleFile([withoutFaults(schedule as Schedule)])),
    );
    await bench.type('replay last');
    expect(lastReport(bench)).toMatchObject({
      duplicates: 0,
      violations: [],
      reasons: ['nothing shows that the fault bit: no faults-that-bit'],
    });
  });
});

describe('examples/prisma-postgres, twice on one database, and its bank behind a link', () => {
  /** A bank that honours its keys, or doesn't look at them; it lists what it has charged. */
  async function openBank({ honoursKeys }: { honoursKeys: boolean }) {
    const byKey = new Map<string, { id: string; declined: boolean }>();
    const charges: { id: string }[] = [];
    const server = createServer((asked, response) => {
      if (asked.method === 'GET') return response.end(JSON.stringify(charges));
      const key = String(asked.headers['idempotency-key']);
      const known = honoursKeys ? byKey.get(key) : undefined;
      const charge = known ?? { id: `charge_${charges.length + 1}`, declined: false };
      if (known === undefined) charges.push({ id: charge.id });
      byKey.set(key, charge);
      return response.end(JSON.stringify(charge));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  /** A node of the example, as a process of its own. */
  async function startNode(environment: Record<string, string>) {
    const child = spawn(process.execPath, [fileURLToPath(new URL('server.ts', EXAMPLE))], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = once(child, 'close');
    const [url] = (await Promise.race([
      once(createInterface(child.stdout), 'line'),
      gone.then(() => Promise.reject(new Error('the example ended before it listened'))),
    ])) as [string];
    return {
      url,
      async [Symbol.asyncDispose]() {
        child.kill('SIGKILL');
        await gone;
      },
    };
  }

  async function setUp(bankOptions: { honoursKeys: boolean }) {
    const resources = new AsyncDisposableStack();
    const bank = resources.use(await openBank(bankOptions));
    const { appUrl } = resources.use(await createTestDatabase('empty'));
    const linkPort = String(await freePort());
    const environment = { DATABASE_URL: appUrl, BANK_URL: `http://127.0.0.1:${linkPort}` };
    const migration = spawn(process.execPath, [fileURLToPath(new URL('migrate.ts', EXAMPLE))], {
      env: { ...process.env, ...environment },
      stdio: 'inherit',
    });
    expect(await once(migration, 'close')).toEqual([0, null]);
    const nodes = await Promise.all([startNode(environment), startNode(environment)]);
    for (const node of nodes) resources.use(node);
    vi.stubEnv('APP_URLS', nodes.map(({ url }) => url).join(','));
    vi.stubEnv('BANK', bank.address);
    vi.stubEnv('BANK_LINK_PORT', linkPort);
    // The file reads where its app is when it is loaded.
    vi.resetModules();
    return resources;
  }

  test('is valid', async () => {
    using bench = new CommandBench();
    await using _system = await setUp({ honoursKeys: true });
    const { code, out } = await bench.type(`against ${EXAMPLE_FILE} --seed 5eed`);
    expect({ code, out }).toMatchObject({ code: 0 });
  });

  test('is invalid with a bank that ignores keys: charges that no purchase knows of', async () => {
    using bench = new CommandBench();
    await using _system = await setUp({ honoursKeys: false });
    const { code, out } = await bench.type(`against ${EXAMPLE_FILE} --seed 5eed`);
    expect({ code, out }).toMatchObject({ code: 1 });
    expect(kindsOf(lastReport(bench))).toEqual(['one-capture-per-intent/charge-of-unknown-intent']);
  });
});
