import type { Deprecation } from '../contract/contract.ts';

/**
 * Tells a caller, where a program can see it, that this procedure is on its way out.
 * @see RFC 9745 for `Deprecation`, RFC 8594 for `Sunset`
 */
export function announceEnd(headers: Headers, { since, sunset }: Deprecation): void {
  headers.set('Deprecation', `@${Date.parse(since) / 1_000}`);
  headers.set('Sunset', new Date(sunset).toUTCString());
  headers.set('Link', '</contract>; rel="deprecation"; type="text/html"');
}
