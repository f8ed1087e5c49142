import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import canonicalize from 'canonicalize';
import { v7 as uuidv7 } from 'uuid';
import type { Ports } from './core/index.ts';

/** The ports of a Node process. */
export const nodePorts: Ports = {
  newHolderToken: () => randomUUID(),
  newOperationId: () => `op_${uuidv7().replaceAll('-', '')}`,
  canonicalize(value) {
    const text = canonicalize(value);
    if (text === undefined) throw new TypeError('The value has no JSON form');
    return text;
  },
  sha256: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    // An abort ends the pause early; it is no failure of the sleeper.
    await delay(ms, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined);
  },
};
