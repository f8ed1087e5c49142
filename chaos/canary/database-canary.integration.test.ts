import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePort, removeData, startToxiproxy } from '../../stack/index.ts';
import type { Standalone, Toxiproxy } from '../../stack/index.ts';
import { latency, Links, partition, ToxiproxyClient } from '../faults/index.ts';
import { siteOf } from '../faults/testing/site.ts';
import { DatabaseCanary } from './database-canary.ts';

let dataDir: string;
let server: Standalone<Toxiproxy>;
let adminUrl: string;
let linkPort: number;
let links: Links;

beforeAll(async () => {
  adminUrl = inject('adminUrl');
  dataDir = mkdtempSync(join(tmpdir(), 'chaos-canary-'));
  server = await startToxiproxy({ dataDir });
  linkPort = await freePort();
  const upstreamPort = Number(new URL(adminUrl).port);
  await server.process.open([{ name: 'db@web-1', proxy: 'db@web-1', listenPort: linkPort, upstreamPort }]);
  const all = new Map([['db@web-1', { name: 'db@web-1', proxy: 'db@web-1', listenPort: linkPort }]]);
  links = new Links(new ToxiproxyClient(server.process.apiUrl), all);
});

afterAll(async () => {
  await server.stop();
  await removeData(dataDir);
});

const ORDER = { id: 'it', target: 'db@web-1', intent: null };

describe('the database canary', () => {
  test('sings on a healthy link', async () => {
    await using canary = await DatabaseCanary.open(adminUrl, linkPort);
    expect(await canary.delayMs(1_000)).toBeLessThan(1_000);
    expect(await canary.upstreamIsCut(1_000)).toBe(false);
    expect(await canary.downstreamIsCut(1_000)).toBe(false);
    expect(await DatabaseCanary.passes(adminUrl, linkPort)).toBe(true);
  });

  test('is delayed by latency', async () => {
    await using canary = await DatabaseCanary.open(adminUrl, linkPort);
    const params = { delayMs: 200, jitterMs: 0, direction: 'downstream' } as const;
    const injected = await latency.inject(siteOf({ links }), { ...ORDER, params });
    expect(await injected.felt(AbortSignal.abort())).toBe(true);
    expect(await canary.delayMs(2_000)).toBeGreaterThan(190);
    await injected.heal();
  });

  test.each([
    ['both', true, true],
    ['upstream', true, false],
    ['downstream', false, true],
  ] as const)('tells which way is cut: %s', async (direction, upstream, downstream) => {
    await using canary = await DatabaseCanary.open(adminUrl, linkPort);
    const databaseCanary = () => DatabaseCanary.open(adminUrl, linkPort);
    const params = { direction, afterwards: 'delivered' } as const;
    const injected = await partition.inject(siteOf({ links, databaseCanary }), { ...ORDER, params });
    expect(await canary.downstreamIsCut(300)).toBe(downstream);
    expect(await canary.upstreamIsCut(300)).toBe(upstream);
    expect(await canary.delayMs(100)).toBeNull();
    expect(await injected.felt(AbortSignal.abort())).toBe(true);
    await injected.heal();
    expect(await DatabaseCanary.passes(adminUrl, linkPort)).toBe(true);
  });
});
