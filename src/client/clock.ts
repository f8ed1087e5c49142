/**
 * Time as the client sees it; a test or a harness passes its own.
 *
 * @remarks
 * Wall time and elapsed time are two things: a user may set the wall clock while an operation runs, and its
 * time budget must neither grow nor vanish by that.
 */
export interface Clock {
  /** Milliseconds since 1970 by this machine's clock. May be wrong, may jump. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  elapsedMs(): number;
  /** Runs `work` once after `delayMs`; the function returned calls it off. */
  schedule(delayMs: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  schedule(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Waits for `delayMs`; rejects with the signal's reason the moment it aborts. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => {
      callOff();
      reject(signal.reason);
    };
    const callOff = clock.schedule(delayMs, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}

/**
 * Gives `work` a signal that aborts with `lateness()` after `limitMs`, and with the caller's own reason before.
 *
 * @remarks
 * Not `AbortSignal.timeout`: it can't be called off, so each finished attempt would leave a timer behind, and
 * it takes its time from the runtime rather than from {@link Clock}.
 */
export async function within<T>(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  lateness: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const callOff = clock.schedule(limitMs, () => limit.abort(lateness()));
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    callOff();
  }
}
