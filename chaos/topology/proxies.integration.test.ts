import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort, startToxiproxy } from '../../stack/index.ts';
import type { Link, Standalone, Toxiproxy } from '../../stack/index.ts';
import { EnvironmentError } from '../environment-error.ts';
import { answerHeld, Links, Nemesis, planned, ToxiproxyWedged } from '../faults/index.ts';
import { siteOf } from '../faults/testing/site.ts';
import { HistoryRecorder } from '../history/recorder.ts';
import { until } from './until.ts';
import { Proxies } from './proxies.ts';

let dataDir: string;
let server: Standalone<Toxiproxy>;
let link: Link;
const named: Server[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'chaos-proxies-'));
  server = await startToxiproxy({ dataDir });
  link = { name: 'edge', proxy: 'edge', listenPort: await freePort(), upstreamPort: await sayer('first') };
  await server.process.open([link]);
});

afterEach(async () => {
  for (const each of named.splice(0)) each.close();
  await server.stop();
  rmSync(dataDir, { recursive: true });
});

/** A server that says its name to whoever connects. */
async function sayer(name: string): Promise<number> {
  const listening = createServer((socket) => socket.end(name)).listen(0, '127.0.0.1');
  named.push(listening);
  await once(listening, 'listening');
  return (listening.address() as AddressInfo).port;
}

async function whoAnswers(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of connect(link.listenPort, '127.0.0.1')) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test('a frozen Toxiproxy is restarted once: its links lead where they led, nothing is broken, and the run knows', async () => {
  using proxies = new Proxies({ toxiproxy: server.process }, server.process.apiUrl);
  await proxies.retarget('edge', await sayer('second'));
  const history = new HistoryRecorder(null);
  const links = new Links(proxies.client, new Map([['edge', link]]));
  const nemesis = new Nemesis(siteOf({ links }), history);
  const times = { trigger: { at: 'start' }, heal: { at: 'end' } } as const;
  await nemesis.inject(planned(answerHeld, 'it', 'edge', {}, times));
  await server.process.pause();

  const others = [1, 2].map(() => proxies.client.proxy('edge'));
  const results = await Promise.allSettled([...others, nemesis.healAll()]);
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(errors.filter((error) => !(error instanceof ToxiproxyWedged))).toEqual([]);

  expect(await whoAnswers()).toBe('second');
  expect(await proxies.client.proxy('edge')).toEqual({ enabled: true, toxics: [] });
  expect(history.faultsOn()).toEqual([]);
  expect(proxies.trouble).toEqual([expect.stringMatching(/gave no answer to .* restarted/)]);
});

test('it is found out although nobody calls it', async () => {
  using proxies = new Proxies({ toxiproxy: server.process }, server.process.apiUrl);
  await server.process.pause();
  await until(() => proxies.trouble.length > 0, { what: 'the restart', limitMs: 20_000 });
  await until(() => whoAnswers().catch(() => null), { what: 'the link to lead somewhere', limitMs: 5_000 });
});

test('somebody else’s Toxiproxy is not ours to restart', async () => {
  using proxies = new Proxies({ toxiproxy: null }, server.process.apiUrl);
  await server.process.pause();
  await expect(proxies.client.proxy('edge')).rejects.toBeInstanceOf(EnvironmentError);
  await expect(proxies.client.proxy('edge')).rejects.toThrow('restart it yourself');
});
