import type { Contract } from '../src/api/contract/contract.ts';
import { expect, test } from './fixtures.ts';

test.use({ ends: 'nothing bought' });

test('the contract is a page to read, and says what programs are told', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('contentinfo').getByRole('link', { name: 'what callers can rely on' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'What callers can rely on' })).toBeVisible();

  const contract = (await (await page.request.get('/api/contract')).json()) as Contract;
  const placeOrder = page.getByRole('article', { name: 'checkout.placeOrder' });
  await expect(placeOrder.getByText('Needs a key')).toBeVisible();
  await expect(placeOrder.getByText('done once, however often it arrives')).toBeVisible();
  await expect(placeOrder.getByText('POST /api/v1/checkout.placeOrder')).toBeVisible();
  for (const [name, { summary }] of Object.entries(contract.procedures))
    await expect(page.getByText(summary, { exact: true }), name).toBeVisible();

  const rows = page.getByRole('table', { name: 'Errors' }).getByRole('row');
  await expect(rows).toHaveCount(1 + Object.keys(contract.errors).length);
  await expect(rows.filter({ hasText: 'OUTCOME_UNKNOWN' })).toContainText('not definite');
  await expect(rows.filter({ hasText: 'OUTCOME_UNKNOWN' })).toContainText('again, same key');
  await expect(rows.filter({ hasText: 'CARD_DECLINED' }).getByRole('cell', { name: 'definite' })).toHaveText(
    'definite',
  );
});

test('callers without tRPC find every procedure where OpenAPI says', async ({ page }) => {
  const openApi = (await (await page.request.get('/api/openapi.json')).json()) as {
    servers: { url: string }[];
    paths: Record<string, object>;
  };
  await page.goto('/');
  for (const [path, operations] of Object.entries(openApi.paths)) {
    const address = `${openApi.servers[0]?.url}${path}`;
    const answer = await page.request.fetch(address, { method: 'OPTIONS' });
    const allowed = answer.headers()['allow']?.toLowerCase().split(', ');
    expect(allowed, address).toEqual(expect.arrayContaining(Object.keys(operations)));
  }
  const list = await page.request.get('/api/v1/catalogue.list');
  expect((await list.json()) as unknown[]).toHaveLength(14);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });

  test('nothing runs past the edge, and the errors stay a table', async ({ page }) => {
    await page.goto('/contract');
    const declined = page
      .getByRole('table', { name: 'Errors' })
      .getByRole('row')
      .filter({ hasText: 'CARD_DECLINED' });
    await expect(declined.getByRole('rowheader')).toHaveText('CARD_DECLINED');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
