import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort, removeData, startToxiproxy } from '../../stack/index.ts';
import type { Standalone, Toxiproxy } from '../../stack/index.ts';
import { EnvironmentError } from '../environment-error.ts';
import { HistoryRecorder } from '../history/recorder.ts';
import { until } from '../topology/until.ts';
import {
  answerCut,
  answerHeld,
  answerLost,
  cut,
  latency,
  Nemesis,
  partition,
  reset,
  ToxiproxyClient,
} from './index.ts';

/** Answers each chunk with an equally long one, and remembers what it was sent. */
class Echo {
  readonly heard: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        this.heard.push(chunk.toString());
        socket.write(chunk);
      });
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }
}

/** One connection, and how it went. */
class Caller {
  text = '';
  end: 'open' | 'fin' | 'rst' = 'open';
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => (this.text += chunk.toString()));
    socket.on('end', () => (this.end = 'fin'));
    socket.on('error', () => (this.end = 'rst'));
  }

  static async open(port: number): Promise<Caller> {
    const socket = connect(port, '127.0.0.1');
    const caller = new Caller(socket);
    await once(socket, 'connect');
    return caller;
  }

  say(text: string): void {
    this.#socket.write(text);
  }

  hears(text: string, limitMs = 2_000): Promise<boolean> {
    return until(() => this.text.endsWith(text), { what: `'${text}', got '${this.text}'`, limitMs });
  }

  ends(limitMs = 2_000): Promise<'fin' | 'rst'> {
    return until(() => (this.end === 'open' ? null : this.end), { what: 'the end', limitMs });
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

let dataDir: string;
let server: Standalone<Toxiproxy>;
let toxiproxy: ToxiproxyClient;
const echo = new Echo();
let upstreamPort: number;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'chaos-faults-'));
  server = await startToxiproxy({ dataDir });
  toxiproxy = new ToxiproxyClient(server.process.apiUrl);
  upstreamPort = await echo.listen();
});

afterAll(async () => {
  echo.close();
  await server.stop();
  await removeData(dataDir);
});

const callers: Caller[] = [];
afterEach(() => {
  for (const caller of callers.splice(0)) caller.destroy();
});

let links = 0;

/** A link of the test's own to the echo, with its nemesis. */
async function faultyLink() {
  const name = `test@link-${(links += 1)}`;
  const listenPort = await freePort();
  await server.process.open([{ name, proxy: name, listenPort, upstreamPort }]);
  const history = new HistoryRecorder(null);
  const nemesis = new Nemesis(toxiproxy, history, new Map([[name, { name, proxy: name }]]));
  const call = async () => {
    const caller = await Caller.open(listenPort);
    callers.push(caller);
    return caller;
  };
  return { name, history, nemesis, call };
}

describe('faults on a real Toxiproxy', () => {
  test('latency delays every answer, and heals on open connections', async () => {
    const { name, nemesis, call } = await faultyLink();
    const caller = await call();
    caller.say('a');
    await caller.hears('a');
    const injected = await nemesis.inject(latency(150), name);
    const sent = performance.now();
    caller.say('b');
    await caller.hears('b');
    expect(performance.now() - sent).toBeGreaterThan(140);
    await injected.heal();
    const again = performance.now();
    caller.say('c');
    await caller.hears('c');
    expect(performance.now() - again).toBeLessThan(100);
  });

  test('answer-lost delivers the request and ends the connection without a byte', async () => {
    const { name, nemesis, call } = await faultyLink();
    const before = await toxiproxy.bytes(name, 'downstream');
    const caller = await call();
    await nemesis.inject(answerLost(), name);
    caller.say('paid');
    expect(await caller.ends()).toBe('fin');
    expect(caller.text).toBe('');
    expect(echo.heard).toContain('paid');
    caller.destroy();
    const after = await until(
      async () => {
        const bytes = await toxiproxy.bytes(name, 'downstream');
        return bytes.received > before.received ? bytes : null;
      },
      { what: 'the count', limitMs: 2_000 },
    );
    expect(after).toEqual({ received: 4, sent: 0 });
  });

  test('answer-cut lets the first bytes through', async () => {
    const { name, nemesis, call } = await faultyLink();
    await nemesis.inject(answerCut(3), name);
    const caller = await call();
    caller.say('abcdef');
    await caller.ends();
    expect(caller.text).toBe('abc');
  });

  test('answer-held keeps the answer until it is healed', async () => {
    const { name, nemesis, call } = await faultyLink();
    const caller = await call();
    const injected = await nemesis.inject(answerHeld(), name);
    caller.say('held');
    await until(() => echo.heard.includes('held'), { what: 'the request', limitMs: 2_000 });
    await sleep(200);
    expect(caller.text).toBe('');
    await injected.heal();
    await caller.hears('held');
  });

  describe.each(['dropped', 'delivered'] as const)(
    'a partition whose bytes are %s afterwards',
    (afterwards) => {
      test('lets nothing pass on open and new connections, and tells nobody', async () => {
        const { name, nemesis, call } = await faultyLink();
        const open = await call();
        await nemesis.inject(partition(afterwards), name);
        const fresh = await call();
        open.say(`silence-${afterwards}`);
        fresh.say(`silence-${afterwards}`);
        await sleep(200);
        expect(echo.heard).not.toContain(`silence-${afterwards}`);
        expect([open.end, fresh.end]).toEqual(['open', 'open']);
      });
    },
  );

  test('healing a partition whose bytes are delivered delivers them', async () => {
    const { name, nemesis, call } = await faultyLink();
    const open = await call();
    const injected = await nemesis.inject(partition('delivered'), name);
    const fresh = await call();
    open.say('from the open one');
    fresh.say('from the new one');
    await injected.heal();
    await open.hears('from the open one');
    await fresh.hears('from the new one');
    expect(await toxiproxy.toxicNames(name)).toEqual([]);
  });

  test('healing a partition whose bytes are dropped ends its connections', async () => {
    const { name, nemesis, call } = await faultyLink();
    const open = await call();
    const injected = await nemesis.inject(partition('dropped'), name);
    const fresh = await call();
    open.say('into the void');
    fresh.say('into the void');
    await sleep(50);
    await injected.heal();
    await open.ends();
    await fresh.ends();
    expect(echo.heard).not.toContain('into the void');
  });

  test('cut ends idle connections at once', async () => {
    const { name, nemesis, call } = await faultyLink();
    const caller = await call();
    caller.say('x');
    await caller.hears('x');
    await nemesis.inject(cut(), name);
    await caller.ends(1_000);
  });

  test('reset ends new connections by RST', async () => {
    const { name, nemesis, call } = await faultyLink();
    await nemesis.inject(reset(), name);
    const caller = await call();
    caller.say('x');
    expect(await caller.ends()).toBe('rst');
  });
});

describe('the nemesis', () => {
  test('writes each fault and its healing into the history', async () => {
    const { name, history, nemesis } = await faultyLink();
    const injected = await nemesis.inject(answerLost(), name, 'abc');
    expect(history.faultsOn()).toEqual(['answer-lost']);
    await injected.heal();
    await injected.heal();
    expect(history.faultsOn()).toEqual([]);
    const events = history.events.filter((event) => event.type === 'fault');
    expect(events).toMatchObject([
      { phase: 'inject', fault: 'answer-lost', target: name, intent: 'abc' },
      { phase: 'heal', fault: 'answer-lost', target: name, intent: 'abc' },
    ]);
  });

  test('takes turns on a link, and refuses a second fault at once', async () => {
    const { name, nemesis } = await faultyLink();
    const order: string[] = [];
    const first = nemesis.alone(name, async () => {
      const injected = await nemesis.inject(answerLost(), name);
      await expect(nemesis.inject(latency(1), name)).rejects.toThrow('has a fault already');
      order.push('first');
      await injected.heal();
    });
    const second = nemesis.alone(name, () => Promise.resolve(order.push('second')));
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });

  test('heals everything, and finds a toxic that it did not make', async () => {
    const { name, nemesis } = await faultyLink();
    await nemesis.inject(partition('delivered'), name);
    await nemesis.healAll();
    await toxiproxy.addToxic(name, {
      name: 'stranger',
      type: 'latency',
      stream: 'upstream',
      attributes: { latency: 1, jitter: 0 },
    });
    await expect(nemesis.healAll()).rejects.toThrow('still has stranger');
  });
});

describe('the API client', () => {
  test('says what Toxiproxy refused, and how', async () => {
    await expect(toxiproxy.removeToxic('nobody', 'nothing')).rejects.toMatchObject({ status: 404 });
  });

  test('a server that gives no answer is the environment’s fault', async () => {
    const nobody = new ToxiproxyClient(`http://127.0.0.1:${await freePort()}`);
    await expect(nobody.toxicNames('x')).rejects.toBeInstanceOf(EnvironmentError);
  });

  test('points a proxy elsewhere, its own port staying the same', async () => {
    const { name, call } = await faultyLink();
    const other = new Echo();
    await toxiproxy.retarget(name, await other.listen());
    const caller = await call();
    caller.say('elsewhere');
    await caller.hears('elsewhere');
    expect(other.heard).toEqual(['elsewhere']);
    other.close();
  });
});
