import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, removeData, startToxiproxy, type Link, type Standalone, type Toxiproxy } from './index.ts';
import { closeProxies, openProxies } from './toxiproxy.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'checkout-toxiproxy-'));
let upstream: Server;
let standalone: Standalone<Toxiproxy>;
let toxiproxy: Toxiproxy;
let link: Link;

beforeAll(async () => {
  const upstreamPort = await freePort();
  upstream = createServer((_, response) => response.end('hello')).listen(upstreamPort, '127.0.0.1');
  link = { name: 'edge@web-1', proxy: 'edge@web-1', listenPort: await freePort(), upstreamPort };
  standalone = await startToxiproxy({ dataDir });
  toxiproxy = standalone.process;
  await toxiproxy.open([link]);
}, 400_000);

afterAll(async () => {
  await standalone.stop();
  upstream.close();
  await removeData(dataDir);
});

const throughLink = async () => {
  // A connection of its own: a kept-alive one would outlive what is done to the proxy.
  const response = await fetch(`http://127.0.0.1:${link.listenPort}`, { headers: { connection: 'close' } });
  return response.text();
};

const api = async (path: string, init?: RequestInit) => (await fetch(toxiproxy.apiUrl + path, init)).text();

describe('Toxiproxy', () => {
  it('carries a link under its own name', async () => {
    expect(await throughLink()).toBe('hello');
    expect(Object.keys(JSON.parse(await api('/proxies')))).toEqual(['edge@web-1']);
  });

  it('counts the bytes of each direction', async () => {
    await throughLink();
    expect(await api('/metrics')).toMatch(
      /toxiproxy_proxy_received_bytes_total\{.*direction="upstream".*edge@web-1/,
    );
  });

  it('has its links again, without their toxics, when it was killed and started', async () => {
    const toxic = { name: 'cut', type: 'timeout', stream: 'downstream', attributes: { timeout: 0 } };
    await api('/proxies/edge@web-1/toxics', { method: 'POST', body: JSON.stringify(toxic) });
    await toxiproxy.kill();
    await expect(throughLink()).rejects.toThrow('fetch failed');
    await toxiproxy.start();
    expect(await throughLink()).toBe('hello');
  });

  it('opens and closes single proxies at a server that others use too', async () => {
    const own: Link = { ...link, proxy: 'abc-edge@web-1', listenPort: await freePort() };
    await openProxies(toxiproxy.apiUrl, [own]);
    expect(Object.keys(JSON.parse(await api('/proxies'))).toSorted()).toEqual([
      'abc-edge@web-1',
      'edge@web-1',
    ]);
    await closeProxies(toxiproxy.apiUrl, [own]);
    expect(Object.keys(JSON.parse(await api('/proxies')))).toEqual(['edge@web-1']);
  });

  it('says why a link could not be opened', async () => {
    const taken: Link = { ...link, proxy: 'taken', listenPort: link.upstreamPort };
    await expect(openProxies(toxiproxy.apiUrl, [taken])).rejects.toThrow('address already in use');
  });
});
