/** Methods that change nothing, whoever makes a browser send them. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a browser says that a page of somebody else's made this call, with our customer's cookie in it.
 *
 * It is the third lock. `SameSite=Lax` keeps the cookie from calls of other sites, though not of sibling
 * subdomains; a body of JSON makes a browser ask first, and nothing here ever answers such a question with
 * yes. A caller that is no browser sends neither header, and has no cookie but its own.
 *
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function isCrossSite({ method, headers }: Pick<Request, 'method' | 'headers'>): boolean {
  if (SAFE.has(method)) return false;
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  // Older browsers, and addresses without TLS, where the first header isn't sent.
  const origin = headers.get('origin');
  return origin !== null && hostOf(origin) !== headers.get('host');
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
