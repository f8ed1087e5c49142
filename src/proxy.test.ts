import { NextRequest } from 'next/server';
import { beforeAll, expect, test } from 'vitest';

const SETTINGS = {
  COOKIE_SECRET: 'a secret that is long enough for tests',
  AUDIT_SECRET: 'another secret that is long enough',
  DATABASE_URL: 'postgresql://shop@127.0.0.1/shop',
  STRIPE_SECRET_KEY: 'sk_test_sandbox',
  PUBLIC_URL: 'https://shop.example',
};
type Visit = { method?: string; headers?: Record<string, string> };
let answerTo: (init?: Visit) => Promise<Headers>;
const visit = async (init: Visit = {}) => cookiesOf(await answerTo(init));

/** The cookies that an answer sets, by name, with their attributes. */
function cookiesOf(headers: Headers): Map<string, string> {
  return new Map(headers.getSetCookie().map((line) => [line.split('=', 1)[0] ?? '', line]));
}

beforeAll(async () => {
  Object.assign(process.env, SETTINGS);
  const { proxy } = await import('./proxy.ts');
  answerTo = async (init = {}) => (await proxy(new NextRequest('https://shop.example/', init))).headers;
});

test('a visitor’s cookie is sent to nobody’s scripts, and with no other site’s calls', async () => {
  const cookie = (await visit()).get('customer');
  expect(cookie).toMatch(/; SameSite=lax/i);
  expect(cookie).toMatch(/; HttpOnly/i);
  expect(cookie).toMatch(/; Secure/i);
  // A cookie with a domain would be every subdomain's.
  expect(cookie).not.toMatch(/; Domain/i);
});

test('who has a cookie keeps it', async () => {
  const cookies = await visit();
  const cookie = [...cookies.values()].map((line) => line.split(';', 1)[0]).join('; ');
  expect((await visit({ headers: { cookie } })).size).toBe(0);
});

test('hazard 50: nothing but a page gives a cookie', async () => {
  expect((await visit({ method: 'POST' })).size).toBe(0);
});

test('hazard 54: an answer with a cookie in it is kept by no cache, a static page’s too', async () => {
  const headers = await answerTo();
  expect(cookiesOf(headers).size).toBeGreaterThan(0);
  expect(headers.get('cache-control')).toBe('private, no-store');
});
