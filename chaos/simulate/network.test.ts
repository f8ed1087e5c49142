import { describe, expect, test } from 'vitest';
import { randomStream } from '../random.ts';
import { ListedFaults } from './fault.ts';
import type { FaultKind } from './fault.ts';
import { Machine } from './machine.ts';
import { LinkError, Network } from './network.ts';
import { Scheduler } from './scheduler.ts';

const LIMIT = 1_000;
/** After it the caller of these tests gives up. */
const TIMEOUT_MS = 50;

/** Two machines, a line of one millisecond each way, and a fault on the first exchange. */
class Bench {
  readonly scheduler = new Scheduler(randomStream('bench', 'order'));
  readonly starts: number[] = [];
  readonly served: number[] = [];
  readonly met: string[] = [];
  readonly caller: Machine;
  readonly callee: Machine;
  readonly network: Network;

  constructor(kind: FaultKind | null, ms = 200) {
    const { scheduler } = this;
    this.caller = new Machine({
      name: 'a',
      skewMs: 0,
      scheduler,
      onStart: ({ number }) => void this.starts.push(number),
    });
    this.callee = new Machine({ name: 'b', skewMs: 0, scheduler });
    const evenly = { leastMs: 1, mostMs: 1 };
    this.network = new Network({
      scheduler,
      latencies: { edge: evenly, db: evenly, payments: evenly },
      faults: new ListedFaults(kind === null ? [] : [{ at: 'a → b db commit #1', kind, ms }]),
      stream: (name) => randomStream('bench', name),
      onFault: () => undefined,
      onMet: (what) => void this.met.push(what),
    });
  }

  /** What the caller learns: the number of the serving that answered, or why there was none. */
  async ask(): Promise<number | LinkError['why']> {
    try {
      return await this.network.exchange({
        from: this.caller.life,
        link: 'db',
        to: 'b',
        what: 'commit',
        receiver: () => this.callee.life,
        timeoutMs: TIMEOUT_MS,
        serve: async () => this.served.push(this.scheduler.nowMs),
      });
    } catch (error) {
      if (error instanceof LinkError) return error.why;
      throw error;
    }
  }

  async run(): Promise<void> {
    await this.scheduler.run(() => false, LIMIT);
  }
}

/** The end of one exchange under a fault: what the caller learns and when, and when it was served. */
async function under(kind: FaultKind | null, ms?: number) {
  const bench = new Bench(kind, ms);
  const end: { learnt: unknown; atMs: number | null } = { learnt: 'nothing', atMs: null };
  void bench.ask().then((learnt) => Object.assign(end, { learnt, atMs: bench.scheduler.nowMs }));
  await bench.run();
  return { ...end, served: bench.served, starts: bench.starts };
}

describe('the network', () => {
  test.each<[FaultKind | null, { learnt: unknown; atMs: number | null; served: number[] }]>([
    [null, { learnt: 1, atMs: 2, served: [1] }],
    ['refused', { learnt: 'refused', atMs: 1, served: [] }],
    ['request-lost', { learnt: 'timeout', atMs: TIMEOUT_MS, served: [] }],
    ['request-late', { learnt: 'timeout', atMs: TIMEOUT_MS, served: [201] }],
    ['reset', { learnt: 'reset', atMs: 2, served: [1] }],
    ['answer-lost', { learnt: 'reset', atMs: 2, served: [1] }],
    ['answer-swallowed', { learnt: 'timeout', atMs: TIMEOUT_MS, served: [1] }],
    ['answer-late', { learnt: 'timeout', atMs: TIMEOUT_MS, served: [1] }],
    ['partition-there', { learnt: 'timeout', atMs: TIMEOUT_MS, served: [201] }],
    ['partition-back', { learnt: 'timeout', atMs: TIMEOUT_MS, served: [1] }],
    ['crash-before', { learnt: 'nothing', atMs: null, served: [] }],
    ['crash-after', { learnt: 'nothing', atMs: null, served: [1] }],
    ['pause', { learnt: 1, atMs: 202, served: [1] }],
  ])('under %s', async (kind, expected) => {
    expect(await under(kind)).toMatchObject(expected);
  });

  test('resent: it is served twice, and the second answer counts', async () => {
    const bench = new Bench(null);
    const faulty = new Network({
      scheduler: bench.scheduler,
      latencies: {
        edge: { leastMs: 1, mostMs: 1 },
        db: { leastMs: 1, mostMs: 1 },
        payments: { leastMs: 1, mostMs: 1 },
      },
      faults: new ListedFaults([{ at: 'a → b edge pay #1', kind: 'resent', ms: 10 }]),
      stream: (name) => randomStream('bench', name),
      onFault: () => undefined,
      onMet: () => undefined,
    });
    let served = 0;
    const answer = faulty.exchange({
      from: bench.caller.life,
      link: 'edge',
      to: 'b',
      what: 'pay',
      receiver: null,
      serve: async () => ++served,
    });
    await bench.run();
    expect(await answer).toBe(2);
    expect(served).toBe(2);
  });

  test('another process takes the place of one that died, and its memory is its own', async () => {
    expect((await under('crash-after')).starts).toEqual([1, 2]);
  });

  test('healing delivers at once what was held, and no fault follows', async () => {
    const bench = new Bench('partition-there', 100_000);
    const learnt = bench.ask();
    await bench.scheduler.run(() => bench.scheduler.nowMs >= TIMEOUT_MS, LIMIT);
    bench.network.heal();
    await bench.run();
    expect(await learnt).toBe('timeout');
    expect(bench.served).toEqual([TIMEOUT_MS + 1]);
    expect(bench.met).toEqual(['db: partition-there']);
    expect(bench.network.underWay).toBe(0);
  });

  test('a process that isn’t there refuses; one that dies over a request resets it', async () => {
    const bench = new Bench(null);
    bench.callee.kill();
    const refused = bench.ask();
    await bench.run();
    expect(await refused).toBe('refused');

    bench.callee.restart();
    const reset = bench.network.exchange({
      from: bench.caller.life,
      link: 'db',
      to: 'b',
      what: 'commit',
      receiver: () => bench.callee.life,
      serve: () => Promise.withResolvers<never>().promise,
    });
    bench.scheduler.after(10, () => bench.callee.kill());
    const why = reset.catch((error: unknown) => (error as LinkError).why);
    await bench.run();
    expect(await why).toBe('reset');
  });
});
