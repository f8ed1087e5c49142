import type { BrowserContext, ConsoleMessage } from 'playwright/test';

interface Expected {
  /** Of the message that the console shows. */
  readonly text: RegExp;
  /** Of the address that it names. */
  readonly address?: RegExp;
}

/**
 * Collects what pages complain of. A test that provokes errors says which; any other fails it, since an
 * error that nobody looks at hides the next one.
 */
export class ErrorWatch {
  readonly #expected: Expected[] = [];
  readonly #seen: { text: string; address: string }[] = [];

  watch(context: BrowserContext): void {
    context.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error')
        this.#seen.push({ text: message.text(), address: message.location().url });
    });
    context.on('weberror', (error) => {
      this.#seen.push({
        text: String(error.error().stack ?? error.error()),
        address: error.page()?.url() ?? '',
      });
    });
  }

  expect(text: RegExp, address?: RegExp): void {
    this.#expected.push({ text, ...(address && { address }) });
  }

  /** A link is cut on purpose: whatever the page asks for meanwhile may fail. */
  expectNetworkErrors(): void {
    this.expect(/Failed to load resource: net::ERR_/);
  }

  /** The API refuses on purpose, with this status. */
  expectStatus(status: number, procedure: string): void {
    this.expect(
      new RegExp(`the server responded with a status of ${status}`),
      new RegExp(procedure.replace('.', '\\.')),
    );
  }

  unexpected(): string[] {
    return this.#seen
      .filter(
        (seen) =>
          !this.#expected.some(
            ({ text, address }) => text.test(seen.text) && (address?.test(seen.address) ?? true),
          ),
      )
      .map(({ text, address }) => `${text} (${address})`);
  }
}
