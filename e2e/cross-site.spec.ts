import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright/test';
import { expect, MUG, test } from './fixtures.ts';

test.use({ ends: 'nothing bought' });

let evil: Server;
let port: number;
/** What cookies a browser brings along to the evil page. */
let cookies: string;

test.beforeAll(async () => {
  evil = createServer((request, response) => {
    if (request.url === '/') cookies = request.headers.cookie ?? '';
    response.setHeader('content-type', 'text/html').end('<h1>Win a mug');
  });
  await new Promise<void>((resolve) => evil.listen(0, resolve));
  ({ port } = evil.address() as AddressInfo);
});
test.afterAll(() => evil.close());

/** Every way in which a page can make a browser change something elsewhere without asking first, and one with. */
async function attack(page: Page, shop: string): Promise<void> {
  await page.evaluate(
    async ({ shop, line }) => {
      const form = new FormData();
      form.set('sku', 'MUG-HARBOUR');
      const simple: [string, BodyInit][] = [
        ['/api/v1/cart.setLine', line],
        ['/api/v1/cart.setLine', new URLSearchParams({ sku: 'MUG-HARBOUR', quantity: '1' })],
        ['/api/trpc/cart.setLine', line],
        ['/api/trpc/checkout.open', form],
      ];
      for (const [path, body] of simple)
        await fetch(shop + path, { method: 'POST', body, mode: 'no-cors', credentials: 'include' });
      for (const path of ['/api/v1/cart.setLine', '/api/trpc/cart.setLine'])
        await fetch(shop + path, {
          method: 'POST',
          body: line,
          headers: { 'content-type': 'application/json' },
          credentials: 'include',
        }).catch(() => undefined);
    },
    { shop, line: JSON.stringify({ sku: MUG.sku, quantity: 1 }) },
  );
}

// A site is a scheme and a name, whatever the port: `127.0.0.1` stands for the sibling, `localhost` for a stranger.
for (const [who, host, carriesCookie] of [
  ['a sibling of our own site, whose calls carry the cookie', '127.0.0.1', true],
  ['another site', 'localhost', false],
] as const)
  test(`a page of ${who}, changes nothing`, async ({ page, context, errors, stack }) => {
    errors.expect(/CORS policy|Failed to load resource/);
    const shop = stack.edgeUrl();
    await page.goto('/');
    const mine = await context.newPage();
    await mine.goto('/cart');

    await page.goto(`http://${host}:${port}/`);
    // Cookies know no ports: the sibling gets the customer's, as its calls will carry it. Else there would be
    // nothing to refuse.
    expect(cookies.includes('customer=')).toBe(carriesCookie);
    const statuses: number[] = [];
    context.on('response', (response) => {
      if (response.request().method() === 'POST' && response.url().startsWith(shop))
        statuses.push(response.status());
    });
    await attack(page, shop);
    // By the site it comes from, or by its type. The two that had to ask first were never sent.
    await expect.poll(() => statuses).toEqual([403, 403, 415, 403]);
    await mine.reload();
    await mine.getByText('Nothing in it yet.').waitFor();
  });
