import { chromium } from 'playwright';
import type { Browser } from 'playwright';
import { findBrowser } from '../../stack/index.ts';

/** One Chromium for all customers of a run, started when the first of them comes. */
export class Browsers implements AsyncDisposable {
  #launching: Promise<Browser> | null = null;

  get(): Promise<Browser> {
    return (this.#launching ??= findBrowser().then((options) => chromium.launch(options)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const browser = await this.#launching?.catch(() => null);
    await browser?.close();
  }
}
