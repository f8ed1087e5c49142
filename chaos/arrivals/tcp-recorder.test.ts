import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../stack/index.ts';
import { until } from '../topology/until.ts';
import { TcpRecorder } from './tcp-recorder.ts';

let server: Server;
let recorder: TcpRecorder;
let url: string;
let answers: boolean;
const aborted: string[] = [];

beforeEach(async () => {
  answers = true;
  aborted.length = 0;
  server = createServer((request, response) => {
    request.on('close', () => {
      if (!request.complete) aborted.push(request.url ?? '');
    });
    request.resume().on('end', () => {
      if (answers) response.end(`${request.method} ${'x'.repeat(100_000)}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let now = 0;
  recorder = await TcpRecorder.listen({
    node: 'web-1',
    listenPort: await freePort(),
    upstreamPort: (server.address() as AddressInfo).port,
    nowNs: () => (now += 1),
  });
  url = `http://127.0.0.1:${recorder.port}`;
});

afterEach(async () => {
  await recorder[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

describe('the TCP recorder', () => {
  test('passes requests and answers on, and writes down what arrived', async () => {
    const response = await fetch(`${url}/api/trpc/checkout.placeOrder`, {
      method: 'POST',
      headers: { 'Idempotency-Key': 'k1', 'X-Attempt': '2', 'X-Retry-Reason': 'timeout' },
      body: '{"a":1}',
    });
    expect(await response.text()).toHaveLength('POST '.length + 100_000);
    expect(recorder.arrivals).toEqual([
      {
        node: 'web-1',
        method: 'POST',
        path: '/api/trpc/checkout.placeOrder',
        key: 'k1',
        attempt: 2,
        retryReason: 'timeout',
        headNs: 1,
        wholeNs: 2,
        answeredNs: 3,
      },
    ]);
    expect(recorder.misunderstood).toBe(0);
  });

  test('keeps requests of one connection apart', async () => {
    for (const path of ['/a', '/b', '/c']) await (await fetch(url + path)).text();
    expect(recorder.arrivals.map(({ path }) => path)).toEqual(['/a', '/b', '/c']);
    expect(recorder.arrivals.every(({ answeredNs }) => answeredNs !== null)).toBe(true);
  });

  test('a request that never got an answer has none', async () => {
    answers = false;
    await expect(fetch(url, { signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout');
    expect(recorder.arrivals).toMatchObject([{ wholeNs: 2, answeredNs: null }]);
  });

  test('a request that broke off has arrived, and not whole; the node sees it break off', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
    await until(() => recorder.arrivals.length === 1, { what: 'the head', limitMs: 2_000 });
    socket.resetAndDestroy();
    await until(() => aborted.includes('/half'), { what: 'the node to notice', limitMs: 2_000 });
    expect(recorder.arrivals).toMatchObject([{ path: '/half', wholeNs: null }]);
  });

  test('a node that is down is a closed connection', async () => {
    server.closeAllConnections();
    server.close();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
