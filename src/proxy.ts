import { NextResponse, type NextRequest } from 'next/server';
import {
  CUSTOMER_COOKIE,
  CUSTOMER_COOKIE_MAX_AGE_S,
  CUSTOMER_MARK_COOKIE,
  customerCookie,
  customerMark,
  newCustomerId,
  readCustomerCookie,
} from './api/customer-cookie.ts';
import { parseWebEnv, type WebEnv } from './env.ts';

/** Read once: the settings of a process don't change. */
let env: WebEnv | undefined;
const settings = (): WebEnv => (env ??= parseWebEnv(process.env));

/**
 * Gives a visitor their cookie with the first page, never with a mutation: if the answer of a first
 * mutation were lost with the cookie in it, the retry would be another customer's.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const response = page(request);
  if (!(typeof CHAOS_SEAM === 'boolean' && CHAOS_SEAM)) return response;
  const { aroundPage } = await import('./sabotage/page.ts');
  return aroundPage(response, process.env);
}

function page(request: NextRequest): NextResponse {
  const response = NextResponse.next();
  if (request.method !== 'GET') return response;
  const { COOKIE_SECRET, PUBLIC_URL } = settings();
  const known = readCustomerCookie(request.cookies.get(CUSTOMER_COOKIE)?.value, COOKIE_SECRET);
  if (known !== null && request.cookies.get(CUSTOMER_MARK_COOKIE)?.value === customerMark(known))
    return response;

  const customerId = known ?? newCustomerId();
  const options = {
    sameSite: 'lax',
    secure: PUBLIC_URL?.startsWith('https:') ?? false,
    path: '/',
    maxAge: CUSTOMER_COOKIE_MAX_AGE_S,
  } as const;
  response.cookies.set(CUSTOMER_COOKIE, customerCookie(customerId, COOKIE_SECRET), {
    ...options,
    httpOnly: true,
  });
  response.cookies.set(CUSTOMER_MARK_COOKIE, customerMark(customerId), options);
  // A static page is marked cacheable for a year; with a cookie in it, a shared cache would make
  // everybody one customer.
  response.headers.set('Cache-Control', 'private, no-store');
  return response;
}

/** Pages only. A prefetch may be thrown away, and its cookie with it. */
export const config = {
  matcher: [
    {
      source: '/((?!api/|_next/|favicon.ico|icon.svg).*)',
      missing: [{ type: 'header', key: 'next-router-prefetch' }],
    },
  ],
};
