import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { BrowserContext } from 'playwright/test';
import type { Buyer } from './buyer.ts';
import { expect, test } from './fixtures.ts';

const REPOSITORY = join(import.meta.dirname, '..');
const LIMIT_MS = 60_000;

/** The readme's lines for callers without tRPC, as they stand there but for shop, buyer and the cookies' file. */
function readmeLines(shop: string, buyer: Buyer, jar: string): string {
  const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
  const [, lines = ''] = /## Without tRPC\n.*?```sh\n(.*?)```/s.exec(readme) ?? [];
  const changed = lines
    .replace(/^SHOP=.*$/m, `SHOP=${shop}`)
    .replaceAll('ada@example.com', buyer.email)
    .replaceAll(' jar ', ` ${jar} `);
  for (const part of [shop, buyer.email, jar])
    expect(changed, 'the readme names shop, buyer and jar').toContain(part);
  return changed;
}

/** Makes the browser the customer whom curl was, so that its pages can be held against what happened. */
async function become(context: BrowserContext, jar: string, shop: string): Promise<void> {
  const cookies = readFileSync(jar, 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .flatMap(([, , , , , name, value]) => (name && value ? [{ name, value, url: shop }] : []));
  expect(cookies.map(({ name }) => name)).toContain('customer');
  await context.addCookies(cookies);
}

test('the readme’s lines for callers without tRPC buy once', async ({ stack, buyer, context }) => {
  test.skip(spawnSync('curl', ['--version']).error !== undefined, 'curl is not installed');
  const directory = mkdtempSync(join(tmpdir(), 'shop-readme-'));
  try {
    const shop = stack.edgeUrl();
    const jar = join(directory, 'jar');
    const { stdout } = await promisify(execFile)(
      'bash',
      ['-euo', 'pipefail', '-c', readmeLines(shop, buyer, jar)],
      {
        cwd: REPOSITORY,
        timeout: LIMIT_MS,
        env: {
          ...process.env,
          PATH: [join(REPOSITORY, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
        },
      },
    );
    const orders = stdout.match(/\{"orderId":"[^}]*\}/g) ?? [];
    // Bought, bought again, and asked for.
    expect(orders).toHaveLength(3);
    expect(new Set(orders).size).toBe(1);
    expect(stdout.match(/^idempotent-replayed: true\r?$/gim)).toHaveLength(1);
    await become(context, jar, shop);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
