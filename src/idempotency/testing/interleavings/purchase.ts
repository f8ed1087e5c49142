import { Refusal, type Mutation, type Operation } from '../../core/index.ts';
import type { Ground } from './ground.ts';
import type { Provider, Receipt } from './provider.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/**
 * What is bought: `local` is one transaction; `charged` has a remote step between two transactions;
 * `shipped` has one more of each; `undone` finds after the charge that it can't go on, and compensates.
 */
export type PurchaseKind = 'local' | 'charged' | 'shipped' | 'undone';

export const transactionalSteps = {
  local: ['settle'],
  charged: ['reserve', 'settle'],
  shipped: ['reserve', 'note', 'settle'],
  undone: ['reserve', 'settle'],
} as const satisfies Record<PurchaseKind, readonly string[]>;

export const remoteSteps = {
  local: [],
  charged: ['charge'],
  shipped: ['charge', 'ship'],
  undone: ['charge', 'undo'],
} as const satisfies Record<PurchaseKind, readonly string[]>;

/** The mutation under test. Its answer names every execution that it comes from, so two can't look alike. */
export function purchase<Tx>(
  kind: PurchaseKind,
  on: { ground: Ground<Tx>; provider: Provider; process: SimulatedProcess; execution: () => number },
): Mutation<Tx> {
  const { ground, provider, process } = on;
  const effect = async (tx: Tx, step: string): Promise<string> => {
    const name = `${step}: ${process.name}.${on.execution()}`;
    await ground.effect(tx, name);
    return name;
  };
  const call = (step: string) => (attempt: { key: string }) => provider.call(process, step, attempt.key);

  const undo = async (operation: Operation<Tx>): Promise<never> => {
    await operation.remote('undo', call('undo'));
    return operation.settle<never>(async (tx) => {
      const settle = await effect(tx, 'settle');
      return new Refusal('UNDONE', { status: 409, title: 'Undone', detail: settle });
    });
  };

  return async (operation) => {
    if (kind === 'local') return operation.settle(async (tx) => ({ settle: await effect(tx, 'settle') }));
    const reserve = await operation.transact('reserve', (tx) => effect(tx, 'reserve'));
    if (operation.compensating !== null) return undo(operation);
    const charge: Receipt = await operation.remote('charge', call('charge'));
    if (kind === 'undone' && !charge.declined) {
      await operation.compensate('it can’t go on');
      return undo(operation);
    }
    const rest: unknown[] = [];
    if (kind === 'shipped' && !charge.declined) {
      rest.push(await operation.transact('note', (tx) => effect(tx, 'note')));
      rest.push(await operation.remote('ship', call('ship')));
    }
    return operation.settle(async (tx) => {
      const settle = await effect(tx, 'settle');
      if (charge.declined) return new Refusal('DECLINED', { status: 402, title: 'Declined', detail: settle });
      return { reserve, charge, rest, settle };
    });
  };
}
