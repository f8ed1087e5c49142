import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Repeats `once` with a pause between, until the signal. A failure is logged and tried again: loops don't die. */
export async function loop(
  name: string,
  intervalMs: number,
  once: () => Promise<unknown>,
  { signal, log }: { signal: AbortSignal; log: Logger },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await once();
    } catch (error) {
      log.warn(
        { loop: name, error: error instanceof Error ? error.message : String(error) },
        'loop failed once',
      );
    }
    await delay(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
