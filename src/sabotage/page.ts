import type { NextResponse } from 'next/server';
import { hit } from './hit.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Hazard 54: a page that gives a visitor their cookie may be kept by a cache that others share: it is the same
 * for everybody, and somebody has made it fast. Whoever comes next gets the page, and the cookie with it.
 *
 * Nothing hides it.
 */
export function aroundPage(response: NextResponse, { SABOTAGE = '' }: Environment): NextResponse {
  if (!SABOTAGE.split(',').includes('cookie-in-cached-page')) return response;
  hit('cookie-in-cached-page');
  response.headers.set('Cache-Control', 'public, s-maxage=31536000');
  return response;
}
