import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failpointClient } from './failpoint-client.ts';
import type { FailpointOrder, FailpointReport } from './failpoint-wire.ts';

const HIT = {
  point: 'before_remote',
  id: { key: 'k', scope: 's', procedure: 'p' },
  operationId: 'op_1',
  step: 'charge',
  fence: 1,
} as const;

interface Asked {
  report: FailpointReport;
  answer(order: FailpointOrder): void;
}

let asked: Asked[];
let whenAsked: () => void;
let url: string;
const server = createServer((request, response) => void ask(request, response));

async function ask(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const report = JSON.parse(await text(request)) as FailpointReport;
  asked.push({ report, answer: (order) => void response.end(JSON.stringify(order)) });
  whenAsked();
}

beforeEach(async () => {
  asked = [];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function nextAsked(): Promise<Asked> {
  return new Promise((resolve) => {
    whenAsked = () => {
      const last = asked.at(-1);
      if (last) resolve(last);
    };
  });
}

test('tells the harness where it stands, and goes on when it is told to', async () => {
  const next = nextAsked();
  let isPast = false;
  const passing = failpointClient(url, 'web-1')(HIT).then(() => (isPast = true));
  const { report, answer } = await next;
  expect(report).toEqual({
    point: 'before_remote',
    step: 'charge',
    operationId: 'op_1',
    fence: 1,
    key: 'k',
    scope: 's',
    procedure: 'p',
    node: 'web-1',
    pid: process.pid,
  });
  // Held for as long as nobody answers.
  expect(isPast).toBe(false);
  answer({ do: 'go' });
  await passing;
});

test('a harness that is gone holds up nobody', async () => {
  server.close();
  await once(server, 'close');
  await failpointClient(url, 'web-1')(HIT);
});

test('a process that is told to crash is killed where it stands', async () => {
  const next = nextAsked();
  const child = spawn(process.execPath, ['src/sabotage/testing/crashing-node.ts'], {
    env: { ...process.env, FAILPOINTS_URL: url },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const printed = text(child.stdout);
  const ended = once(child, 'exit');
  (await next).answer({ do: 'crash' });
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(await printed).toBe('');
});
