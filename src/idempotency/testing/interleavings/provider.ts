import { OutcomeUnknown, TemporarilyUnavailable } from '../../core/index.ts';
import type { SimulatedProcess } from './simulated-process.ts';

export interface Receipt {
  readonly step: string;
  /** How many the provider had made of this step, this one included. */
  readonly number: number;
  readonly declined: boolean;
}

/** The remote side: it honours keys, and remembers each that it ever saw. */
export class Provider {
  readonly #receipts = new Map<string, Map<string, Receipt>>();
  readonly #declines: boolean;

  constructor(options: { declines: boolean }) {
    this.#declines = options.declines;
  }

  /** The distinct keys that a step was called with. */
  keys(step: string): readonly string[] {
    return [...(this.#receipts.get(step)?.keys() ?? [])];
  }

  get steps(): readonly string[] {
    return [...this.#receipts.keys()];
  }

  async call(process: SimulatedProcess, step: string, key: string): Promise<Receipt> {
    const fault = await process.turn(`${step} sent`, ['unavailable', 'swallowed', 'delayed', 'lost']);
    if (fault === 'unavailable') throw new TemporarilyUnavailable('It was not sent');
    if (fault === 'swallowed') throw new OutcomeUnknown('It never arrived');
    if (fault === 'delayed') {
      void this.#acceptLater(process, step, key);
      throw new OutcomeUnknown('It arrives later');
    }
    const receipt = this.#accept(step, key);
    process.observe(JSON.stringify(receipt));
    await process.fineTurn(`${step} answered`);
    if (fault === 'lost') throw new OutcomeUnknown('The answer is lost');
    return receipt;
  }

  async #acceptLater(process: SimulatedProcess, step: string, key: string): Promise<void> {
    await process.turns.next(`${process.name}'s request`, `${step} arrives`, []);
    this.#accept(step, key);
  }

  #accept(step: string, key: string): Receipt {
    const receipts = this.#receipts.get(step) ?? new Map<string, Receipt>();
    this.#receipts.set(step, receipts);
    const receipt = receipts.get(key) ?? { step, number: receipts.size + 1, declined: this.#declines };
    receipts.set(key, receipt);
    return receipt;
  }
}
