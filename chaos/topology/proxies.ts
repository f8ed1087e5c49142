import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../stack/index.ts';
import { EnvironmentError } from '../environment-error.ts';
import { ToxiproxyClient } from '../faults/index.ts';

/** Between two looks whether the server still answers: short beside any wait of a scenario. */
const PULSE_MS = 1_000;

/**
 * The proxies of a run's links, and the server that they live in. A server that is wedged is ended and
 * started again: the links then pass everything, and lead where they led. What the run shows after that
 * is no longer what was planned, so `trouble` says what happened, and the verdict is unknown.
 *
 * It is asked all the time: a scenario that waits for what a frozen proxy holds calls nobody.
 */
export class Proxies implements Disposable {
  readonly client: ToxiproxyClient;
  /** A sentence for each restart. */
  readonly trouble: string[] = [];
  readonly #stack: Pick<Stack, 'toxiproxy'>;
  /** Where proxies lead that were pointed elsewhere: a server that starts anew doesn't know. */
  readonly #retargeted = new Map<string, number>();
  readonly #watching = new AbortController();
  #restarting: Promise<void> | null = null;

  constructor(stack: Pick<Stack, 'toxiproxy'>, url: string) {
    this.#stack = stack;
    // Many calls may find it wedged at once.
    this.client = new ToxiproxyClient(url, (why) => {
      this.#restarting ??= this.#restart(why).finally(() => (this.#restarting = null));
      return this.#restarting;
    });
    void this.#watch();
  }

  [Symbol.dispose](): void {
    this.#watching.abort();
  }

  /** Points a proxy at another port, for good. */
  async retarget(proxy: string, upstreamPort: number): Promise<void> {
    await this.client.retarget(proxy, upstreamPort);
    this.#retargeted.set(proxy, upstreamPort);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#watching;
    const pulse = new ToxiproxyClient(this.client.url);
    while (!signal.aborted) {
      await pulse.ping().catch(async () => {
        // Twice: the first silence may have been our own, on a machine that was busy.
        if (!signal.aborted) await this.client.ping().catch(() => undefined);
      });
      await sleep(PULSE_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #restart(why: string): Promise<void> {
    const { toxiproxy } = this.#stack;
    if (toxiproxy === null)
      throw new EnvironmentError(
        `${why}. It is somebody else’s server (TOXIPROXY_URL): restart it yourself.`,
      );
    this.trouble.push(`${why}: it was restarted, and all faults ended`);
    await toxiproxy.kill();
    await toxiproxy.start();
    // By a client that restarts nothing: a server that is wedged again at once is not worth a second try.
    const fresh = new ToxiproxyClient(this.client.url);
    for (const [proxy, upstreamPort] of this.#retargeted) await fresh.retarget(proxy, upstreamPort);
  }
}
