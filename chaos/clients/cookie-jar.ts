/** The cookies of one customer at one shop: all of them go along with every request. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  /** Takes what an answer sets. */
  keep(headers: Headers): void {
    for (const cookie of headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';', 1);
      const equals = pair.indexOf('=');
      if (equals > 0) this.#cookies.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
    }
  }

  get isEmpty(): boolean {
    return this.#cookies.size === 0;
  }

  header(): Record<string, string> {
    if (this.isEmpty) return {};
    return { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }
}
