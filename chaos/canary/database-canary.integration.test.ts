import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePort, removeData, startToxiproxy } from '../../stack/index.ts';
import type { Standalone, Toxiproxy } from '../../stack/index.ts';
import { latency, Nemesis, partition, ToxiproxyClient } from '../faults/index.ts';
import type { Fault } from '../faults/index.ts';
import { HistoryRecorder } from '../history/recorder.ts';
import { DatabaseCanary } from './database-canary.ts';

let dataDir: string;
let server: Standalone<Toxiproxy>;
let adminUrl: string;
let linkPort: number;
let nemesis: Nemesis;

beforeAll(async () => {
  adminUrl = inject('adminUrl');
  dataDir = mkdtempSync(join(tmpdir(), 'chaos-canary-'));
  server = await startToxiproxy({ dataDir });
  linkPort = await freePort();
  const upstreamPort = Number(new URL(adminUrl).port);
  await server.process.open([{ name: 'db@web-1', proxy: 'db@web-1', listenPort: linkPort, upstreamPort }]);
  const links = new Map([['db@web-1', { name: 'db@web-1', proxy: 'db@web-1' }]]);
  nemesis = new Nemesis(new ToxiproxyClient(server.process.apiUrl), new HistoryRecorder(null), links);
});

afterAll(async () => {
  await server.stop();
  await removeData(dataDir);
});

const silent = partition('delivered');
const only = (stream: 'upstream' | 'downstream'): Fault => ({
  ...silent,
  toxics: silent.toxics.filter((toxic) => toxic.stream === stream),
});

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
    const injected = await nemesis.inject(latency(200), 'db@web-1');
    expect(await canary.delayMs(2_000)).toBeGreaterThan(190);
    await injected.heal();
  });

  test.each([
    ['both directions', silent, true, true],
    ['only the way there', only('upstream'), true, false],
    ['only the way back', only('downstream'), false, true],
  ])('tells which way is cut: %s', async (_what, fault, upstream, downstream) => {
    await using canary = await DatabaseCanary.open(adminUrl, linkPort);
    const injected = await nemesis.inject(fault, 'db@web-1');
    expect(await canary.downstreamIsCut(300)).toBe(downstream);
    expect(await canary.upstreamIsCut(300)).toBe(upstream);
    expect(await canary.delayMs(100)).toBeNull();
    await injected.heal();
    expect(await DatabaseCanary.passes(adminUrl, linkPort)).toBe(true);
  });
});
