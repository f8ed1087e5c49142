import { v7 as uuidv7 } from 'uuid';

/** A key made at an instant, by default now. */
export function makeKey(madeAtMs: number = Date.now()): string {
  return uuidv7({ msecs: madeAtMs });
}
