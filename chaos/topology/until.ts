import { setTimeout as sleep } from 'node:timers/promises';

/** Something that was waited for didn't come in its time. Says nothing of the product yet. */
export class WaitedInVain extends Error {
  override readonly name = 'WaitedInVain';
}

export interface UntilOptions {
  /** What is waited for, as the end of the sentence 'waited 5000 ms for …'. */
  what: string;
  limitMs: number;
  /** Between two looks. */
  pauseMs?: number;
  signal?: AbortSignal | undefined;
}

/** Short beside everything that is waited for, long enough to leave the processor to those who work. */
const PAUSE_MS = 10;

/**
 * Looks again and again until `look` returns something other than null, undefined or false, and returns
 * that. Every wait of the harness goes through here: on a state that was seen, and with an end.
 *
 * @throws WaitedInVain when the limit is over
 */
export async function until<T>(
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  { what, limitMs, pauseMs = PAUSE_MS, signal }: UntilOptions,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (performance.now() >= deadline) throw new WaitedInVain(`waited ${limitMs} ms for ${what}`);
    await sleep(pauseMs);
  }
}

/** As `until`, and null when the limit is over: for what may well not come. */
export async function seenInTime<T>(...args: Parameters<typeof until<T>>): Promise<T | null> {
  try {
    return await until(...args);
  } catch (error) {
    if (error instanceof WaitedInVain) return null;
    throw error;
  }
}
