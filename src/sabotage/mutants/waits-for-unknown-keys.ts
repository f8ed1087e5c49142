import { setTimeout as delay } from 'node:timers/promises';
import type { Tx } from '../../database/database.ts';
import { Engine, type Inquiry, type Question } from '../../idempotency/index.ts';
import { hit } from '../hit.ts';
import type { Sabotage } from '../sabotage.ts';

const POLL_MS = 1_000;

/**
 * Hazard 40: who asks after a key that was never used waits until it is. It never will be.
 *
 * Nothing hides it.
 */
export const waitsForUnknownKeys: Sabotage = { engine: (options) => new WaitsForUnknownKeys(options) };

class WaitsForUnknownKeys extends Engine<Tx> {
  override async inquire(question: Question): Promise<Inquiry> {
    for (;;) {
      const inquiry = await super.inquire(question);
      if (inquiry.state !== 'not_seen') return inquiry;
      hit('waits-for-unknown-keys');
      await delay(POLL_MS);
    }
  }
}
