import type { Tx } from '../../database/database.ts';
import type { Call, Mutation, Settled } from '../../idempotency/index.ts';
import { idOf } from '../naive/key-table.ts';
import { NaiveEngine } from '../naive/naive-engine.ts';
import type { Sabotage } from '../sabotage.ts';

/**
 * Hazard 22, in a process's memory: the answers lie in a Map. It is quick, and right for as long as there is
 * one process and it lives; a retry that comes to another node finds nothing.
 *
 * Hidden by the intent guard.
 */
export const processMemory: Sabotage = {
  engine: (options, database) => new ProcessMemory(options, database),
};

class ProcessMemory extends NaiveEngine {
  protected readonly sabotage = 'process-memory';
  readonly #answers = new Map<string, Promise<Settled>>();

  protected async handle(call: Call, mutation: Mutation<Tx>): Promise<Settled> {
    const name = JSON.stringify(idOf(call));
    const known = this.#answers.get(name);
    if (known !== undefined) return { ...(await known), replayed: true };
    const working = this.work(mutation);
    this.#answers.set(name, working);
    try {
      const settled = await working;
      // For the accounts. Nobody looks there.
      await this.keys.save(call, settled);
      return settled;
    } catch (error) {
      this.#answers.delete(name);
      throw error;
    }
  }
}
