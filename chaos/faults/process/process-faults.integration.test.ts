import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeData, startPostgres, startSandbox } from '../../../stack/index.ts';
import type { ManagedProcess, Postgres, Sandbox, Standalone } from '../../../stack/index.ts';
import { CommitLog } from '../../commit-log/commit-log.ts';
import { Observer } from '../../topology/observer.ts';
import { Unreachable } from '../../topology/unreachable.ts';
import { until } from '../../topology/until.ts';
import type { Fault } from '../fault.ts';
import { siteOf } from '../testing/site.ts';
import { immediateStop } from './immediate-stop.ts';
import { finishDeployment } from '../../topology/release.ts';
import { kill } from './kill.ts';
import { pause } from './pause.ts';
import { redeploy } from './redeploy.ts';
import { stop } from './stop.ts';

const HEALING = AbortSignal.abort();

function inject(fault: Fault<Record<string, never>>, process: ManagedProcess) {
  const site = siteOf({ process: () => process, operations: () => Promise.resolve([]) });
  return fault.inject(site, { id: 'it', target: process.name, params: {}, intent: null });
}

describe('a process', () => {
  let dataDir: string;
  let sandbox: Standalone<Sandbox>;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'chaos-process-'));
    sandbox = await startSandbox({ dataDir });
  });
  afterAll(async () => {
    await sandbox.stop();
    await removeData(dataDir);
  });

  const isUp = () =>
    fetch(`${sandbox.process.url}/health`, { signal: AbortSignal.timeout(300) }).then(
      (response) => response.ok,
      () => false,
    );

  test.each([
    ['killed', kill],
    ['ended in order', stop],
  ])('that is %s is gone until it is healed, and then another', async (_what, fault) => {
    const before = sandbox.process.pids();
    const injected = await inject(fault, sandbox.process);
    expect(await injected.felt(HEALING)).toBe(true);
    expect(await isUp()).toBe(false);
    await injected.heal();
    expect(await isUp()).toBe(true);
    expect(sandbox.process.pids()).not.toEqual(before);
  });

  const releaseOf = (pid: number) =>
    /(?:^|\0)RELEASE=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1] ?? null;
  const releases = () => sandbox.process.pids().map(releaseOf);

  test('that is redeployed is of the next release from then on, whatever else happens to it', async () => {
    expect(new Set(releases())).toEqual(new Set([null]));
    // Nothing has begun: nothing is brought to an end.
    await finishDeployment([sandbox.process]);
    expect(new Set(releases())).toEqual(new Set([null]));

    const injected = await inject(redeploy, sandbox.process);
    expect(await injected.felt(HEALING)).toBe(true);
    expect(await isUp()).toBe(false);
    await injected.heal();
    expect(await isUp()).toBe(true);
    expect(new Set(releases())).toEqual(new Set(['next']));

    const killed = await inject(kill, sandbox.process);
    await killed.heal();
    expect(new Set(releases())).toEqual(new Set(['next']));
  });

  test('that a deployment has left behind follows, and one that is of the next release stays up', async () => {
    const other = await startSandbox({ dataDir: join(dataDir, 'other') });
    try {
      const before = sandbox.process.pids();
      await finishDeployment([sandbox.process, other.process]);
      expect(new Set(other.process.pids().map(releaseOf))).toEqual(new Set(['next']));
      expect(sandbox.process.pids()).toEqual(before);
    } finally {
      await other.stop();
    }
  });

  test('that stands still answers nobody, and what it was asked meanwhile once it goes on', async () => {
    const before = sandbox.process.pids();
    const injected = await inject(pause, sandbox.process);
    expect(await injected.felt(HEALING)).toBe(true);
    expect(await isUp()).toBe(false);
    const asked = fetch(`${sandbox.process.url}/health`);
    await injected.heal();
    expect((await asked).status).toBe(200);
    expect(sandbox.process.pids()).toEqual(before);
  });
});

describe('Postgres', () => {
  let dataDir: string;
  let postgres: Standalone<Postgres>;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'chaos-process-'));
    postgres = await startPostgres({ dataDir, seeded: true });
  });
  afterAll(async () => {
    await postgres.stop();
    await removeData(dataDir);
  });

  test.each([
    ['killed', kill],
    ['told to stop at once', immediateStop],
    ['ended in order', stop],
  ])(
    'that is %s comes back with all that was committed and nothing else, and the harness saw all of it once',
    async (what, fault) => {
      const { adminUrl } = postgres.process;
      await using log = await CommitLog.begin(adminUrl);
      await using observer = await Observer.connect({ adminUrl, name: 'it' });
      const buy = (customer: string) =>
        `INSERT INTO cart_line VALUES ('${what} ${customer}', 'MUG-HARBOUR', 1, now())`;
      await observer.rows(buy('before'));
      const open = new pg.Client({ connectionString: adminUrl });
      open.on('error', () => {});
      await open.connect();
      await open.query(`BEGIN; ${buy('open')}`);

      const injected = await inject(fault, postgres.process);
      expect(await injected.felt(HEALING)).toBe(true);
      await expect(observer.rows('SELECT 1')).rejects.toBeInstanceOf(Unreachable);
      await injected.heal();

      await observer.rows(buy('after'));
      const lines = await observer.rows('SELECT customer_id FROM cart_line WHERE customer_id LIKE $1', [
        `${what} %`,
      ]);
      expect(lines.map((line) => line['customer_id'])).toEqual([`${what} before`, `${what} after`]);
      await log.catchUp();
      const seen = log.entries
        .filter(({ table }) => table === 'cart_line')
        .map(({ new: row }) => row?.['customer_id']);
      expect(seen).toEqual([`${what} before`, `${what} after`]);
    },
  );

  test('that stands still keeps its connections and their questions', async () => {
    const { adminUrl } = postgres.process;
    await using observer = await Observer.connect({ adminUrl, name: 'it' });
    const injected = await inject(pause, postgres.process);
    expect(await injected.felt(HEALING)).toBe(true);
    let answered = false;
    const asked = observer.rows('SELECT 1').then(() => (answered = true));
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
    expect(answered).toBe(false);
    await injected.heal();
    await asked;
    await until(() => answered, { what: 'the answer', limitMs: 1_000 });
  });

  test('that stands still isn’t waited for by the harness for ever, or nobody would ever wake it', async () => {
    const { adminUrl } = postgres.process;
    await using observer = await Observer.connect({ adminUrl, name: 'it', statementLimitMs: 100 });
    const injected = await inject(pause, postgres.process);
    await expect(observer.rows('SELECT 1')).rejects.toBeInstanceOf(Unreachable);
    await injected.heal();
    expect(await observer.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
