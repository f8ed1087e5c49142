import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FailpointName as ProductsFailpoint } from '../../src/idempotency/index.ts';
import { FAILPOINTS, FailpointServer } from './failpoint-server.ts';
import type { FailpointName } from './failpoint-server.ts';

let server: FailpointServer;
beforeEach(async () => (server = await FailpointServer.listen()));
afterEach(() => server[Symbol.asyncDispose]());

function report(change: object = {}): object {
  return {
    point: 'before_commit',
    step: 'settle',
    key: 'k1',
    fence: 1,
    node: 'web-1',
    pid: 1,
    scope: 's',
    ...change,
  };
}

async function ask(body: unknown): Promise<unknown> {
  const response = await fetch(server.url, { method: 'POST', body: JSON.stringify(body) });
  return response.ok ? response.json() : response.status;
}

const wanted = {
  point: 'before_commit',
  step: 'settle',
  node: null,
  hasKey: (key: string) => key === 'k1',
} as const;

test('nobody is held where nothing is armed', async () => {
  expect(await ask(report())).toEqual({ do: 'go' });
});

test('the one who is meant is held until released; all others pass, and so do those who come there later', async () => {
  const armed = server.arm('it', wanted);
  let answer: unknown;
  const held = ask(report()).then((told) => (answer = told));
  expect(await armed.reached(2_000)).toMatchObject({ node: 'web-1', pid: 1 });
  for (const other of [{ point: 'entered' }, { step: 'reserve' }, { key: 'k2' }, {}])
    expect(await ask(report(other))).toEqual({ do: 'go' });
  expect(answer).toBeUndefined();
  armed.release('crash');
  await held;
  expect(answer).toEqual({ do: 'crash' });
  expect(await ask(report())).toEqual({ do: 'go' });
});

test('a point that was released before anybody came holds nobody', async () => {
  const armed = server.arm('it', { ...wanted, node: 'web-1' });
  armed.release('go');
  expect(await ask(report())).toEqual({ do: 'go' });
  expect(await armed.reached(20)).toBeNull();
});

test('what can’t be understood is counted, and holds nobody up', async () => {
  server.arm('it', wanted);
  expect(await ask(report({ point: 'somewhere' }))).toBe(400);
  expect(server.misunderstood).toBe(1);
});

test('a process that dies in the middle of its report has said nothing that couldn’t be understood', async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const head = 'POST / HTTP/1.1\r\nHost: it\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n';
  socket.write(head);
  // The server has the head, and waits for the rest.
  await once(socket, 'data');
  socket.resetAndDestroy();
  // Whoever comes after it is answered when that is over.
  expect(await ask(report())).toEqual({ do: 'go' });
  expect(server.misunderstood).toBe(0);
});

test('it knows every boundary of the engine, and no other', () => {
  const ours: readonly ProductsFailpoint[] = FAILPOINTS;
  const theirs: readonly FailpointName[] = ours;
  expect(theirs).toHaveLength(11);
});
