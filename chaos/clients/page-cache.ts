import type { WireAnswer } from './wire.ts';

/**
 * What stands before a shop in a company or at a provider: a cache that many customers share. It keeps what
 * the shop allows it to keep, with everything in it, and gives that to whoever asks next.
 *
 * @see RFC 9111, section 3: a shared cache keeps what isn't `private` or `no-store` and has a lifetime
 */
export class PageCache {
  readonly #kept = new Map<string, WireAnswer>();

  find(path: string): WireAnswer | null {
    return this.#kept.get(path) ?? null;
  }

  offer(path: string, answer: WireAnswer): void {
    if (answer.status === 200 && mayKeep(answer.headers)) this.#kept.set(path, answer);
  }
}

/** A run is shorter than any lifetime. */
function mayKeep(headers: Headers): boolean {
  const directives = (headers.get('cache-control') ?? '').toLowerCase().split(/\s*,\s*/);
  if (directives.some((each) => ['private', 'no-store', 'no-cache'].includes(each))) return false;
  return directives.some((each) => /^(s-maxage|max-age)=[1-9]/.test(each));
}
