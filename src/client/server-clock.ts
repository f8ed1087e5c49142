import type { Clock } from './clock.ts';

/**
 * The server's time, as far as its answers have told it.
 *
 * A key carries the time it was made, and the server accepts keys of a window around *its* time. A device whose
 * clock is a week off would otherwise mint keys that are expired before they are sent.
 *
 * @remarks
 * An answer that was under way for long makes the server look slow, never fast. That error is the harmless one:
 * the window reaches days back and only minutes ahead.
 */
export class ServerClock {
  readonly #clock: Clock;
  #offsetMs = 0;
  #toldByServer = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since 1970 by the server's clock; by this machine's own until the first answer came. */
  now(): number {
    return this.#clock.now() + this.#offsetMs;
  }

  /** Learns from an answer's `Date` header, just received. */
  observeResponse(headers: Headers): void {
    // The Date of a stored answer is the time when it was made.
    if (this.#toldByServer || headers.has('age')) return;
    const dateMs = Date.parse(headers.get('date') ?? '');
    if (Number.isFinite(dateMs)) this.#offsetMs = dateMs - this.#clock.now();
  }

  /**
   * Learns from the `serverTime` of a refused key. That is the time the key was measured against (the
   * database's), so from then on it outranks `Date` headers, which come from whichever node answered.
   */
  observeServerTime(serverTime: string): void {
    const serverMs = Date.parse(serverTime);
    if (!Number.isFinite(serverMs)) return;
    this.#offsetMs = serverMs - this.#clock.now();
    this.#toldByServer = true;
  }
}
