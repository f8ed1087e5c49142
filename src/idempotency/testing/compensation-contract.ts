import { describe, expect, test } from 'vitest';
import { OutcomeUnknown, Refusal, TemporarilyUnavailable, type Operation } from '../core/index.ts';
import { nodePorts } from '../node-ports.ts';
import {
  callOf,
  completeWhenDue,
  idOf,
  mustNotRun,
  refused,
  settingOf,
  testPolicy,
  textOf,
  type StoreUnderTest,
} from './contract-bench.ts';

const refunded = () => new Refusal('REFUNDED', { status: 409, title: 'Refunded', detail: 'Refunded.' });

/** A charge that turns out wrong, and what undoes it. */
interface Bank {
  readonly charges: string[];
  readonly refunds: string[];
  refund?: () => void;
}

/** What a mutation that can be undone looks like; `bank.refund` may fail. */
const purchase =
  <Tx>(bank: Bank) =>
  async (operation: Operation<Tx>): Promise<unknown> => {
    await operation.transact('reserve', () => Promise.resolve(1));
    if (operation.compensating === null) {
      const charged = await operation.remote('charge', ({ key }) => {
        bank.charges.push(key);
        return Promise.resolve({ amount: 'another' });
      });
      await operation.compensate(`captured ${charged.amount} amount`);
    }
    await operation.remote('refund', ({ key }) => {
      bank.refunds.push(key);
      bank.refund?.();
      return Promise.resolve('refunded');
    });
    return operation.settle(() => Promise.resolve(refunded()));
  };

/** An operation that can't be finished is undone; one that can't be undone waits for a person. */
export function compensationContract<Tx>(name: string, setUp: () => Promise<StoreUnderTest<Tx>>): void {
  describe(`compensation on ${name}`, () => {
    test('ends in the refusal that it was undone to, which is replayed', async () => {
      const { engine, events } = await settingOf(setUp);
      const bank: Bank = { charges: [], refunds: [] };
      const call = callOf();
      const first = await engine.run(call, purchase(bank));
      expect(first.outcome.kind).toBe('failed');
      expect(textOf(await engine.run(call, mustNotRun))).toBe(textOf(first));
      expect([bank.charges.length, bank.refunds.length]).toEqual([1, 1]);
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'compensating', reason: 'captured another amount' }),
      );
    });

    test('never turns back: whoever resumes it goes on undoing, with the same key', async () => {
      const { engine, node, store } = await settingOf(setUp);
      const failures = [
        new TemporarilyUnavailable('the bank is away'),
        new OutcomeUnknown('the answer is lost'),
        null,
      ];
      const bank: Bank = {
        charges: [],
        refunds: [],
        refund: () => {
          const failure = failures.shift();
          if (failure) throw failure;
        },
      };
      const call = callOf({ policy: { ...testPolicy, joinMs: 30 } });
      expect(await refused(engine.run(call, purchase(bank)))).toBe('TEMPORARILY_UNAVAILABLE');
      expect((await store.read(idOf(call))).record?.state).toBe('compensating');
      // A caller waits; it is the completer that undoes.
      await nodePorts.sleep(5);
      expect(await refused(node().run(call, mustNotRun))).toBe('OPERATION_IN_PROGRESS');
      const completer = node();
      let settled = null;
      for (let round = 0; round < 200 && settled === null; round++) {
        settled = await completer
          .complete(idOf(call), { policy: call.policy, resume: purchase(bank) })
          .catch(() => null);
        const { state } = await completer.inquire(call);
        expect(['compensating', 'failed']).toContain(state);
        await nodePorts.sleep(2);
      }
      expect(settled?.outcome.kind).toBe('failed');
      expect(bank.charges).toHaveLength(1);
      expect(bank.refunds).toHaveLength(3);
      expect(new Set(bank.refunds).size).toBe(1);
    });

    test('can’t end in a success', async () => {
      const { engine } = await settingOf(setUp);
      const turned = engine.run(callOf(), async (operation) => {
        await operation.transact('reserve', () => Promise.resolve(1));
        await operation.compensate('changed its mind');
        return operation.settle(() => Promise.resolve('bought all the same'));
      });
      expect(await refused(turned)).toBe('INTERNAL');
    });

    test('a stuck operation gets one more try from an operator, in its own direction', async () => {
      const { engine, events, node } = await settingOf(setUp);
      const bank: Bank = {
        charges: [],
        refunds: [],
        refund: () => {
          throw new TemporarilyUnavailable('the bank is away');
        },
      };
      const call = callOf();
      const complete = () =>
        engine.complete(idOf(call), { policy: testPolicy, resume: purchase(bank) }).catch(() => null);
      await refused(engine.run(call, purchase(bank)));
      const untilStuck = async () => {
        for (let round = 0; round < 200 && (await engine.inquire(call)).state !== 'stuck'; round++) {
          await complete();
          await nodePorts.sleep(2);
        }
      };
      await untilStuck();
      const before = bank.refunds.length;
      expect(await node().retryStuck(idOf(call))).toBe(true);
      expect((await engine.inquire(call)).state).toBe('compensating');
      await untilStuck();
      expect(bank.refunds).toHaveLength(before + 1);

      delete bank.refund;
      expect(await node().retryStuck(idOf(call))).toBe(true);
      const settled = await completeWhenDue(engine, call, purchase(bank));
      expect(settled.outcome.kind).toBe('failed');
      expect(bank.charges).toHaveLength(1);
      expect(events.filter(({ type }) => type === 'reopened')).toHaveLength(2);
      expect(await engine.retryStuck(idOf(call))).toBe(false);
    });
  });
}
