import type { AppFile } from '../index.ts';

/**
 * The app file of `examples/prisma-postgres/server.ts`, as many of it as `APP_URLS` names, and of the bank
 * behind them:
 *
 *     BANK_URL=http://127.0.0.1:4401 PORT=3001 … node examples/prisma-postgres/server.ts   # and 3002
 *     APP_URLS=http://127.0.0.1:3001,http://127.0.0.1:3002 BANK=127.0.0.1:4400 BANK_LINK_PORT=4401 \
 *       npm run chaos -- against chaos/another-app/examples/prisma-postgres.ts
 */
const { APP_URLS = 'http://127.0.0.1:3001', BANK = '127.0.0.1:4400', BANK_LINK_PORT = '4401' } = process.env;
const nodes = APP_URLS.split(',');

/** The example sells whatever it's asked for: the nonce is part of its name, and comes back in its rows. */
const SKU = 'CHAOS-';

interface PurchaseRow {
  purchaseId: string;
  sku: string;
  status: 'pending' | 'paid' | 'failed';
  chargeId: string | null;
}

export default {
  name: 'prisma-postgres',
  nodes,
  links: [{ name: 'bank', kind: 'http', to: BANK, listenPort: Number(BANK_LINK_PORT) }],
  workload: {
    purchases: 24,
    request: ({ nonce }) => ({
      path: '/buy',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sku: `${SKU}${nonce}` }),
    }),
    read(answer) {
      if (answer.status === 200) {
        const { result } = answer.json() as { result: { data: { purchaseId: string } } };
        return { says: 'ok', id: result.data.purchaseId };
      }
      if (answer.status === 402) return { says: 'refused', code: 'CARD_DECLINED' };
      return { says: 'in doubt', code: `http_${answer.status}` };
    },
    isReplay: ({ headers }) => headers.get('idempotent-replayed') === 'true',
  },
  ledger: {
    async read() {
      const { result } = (await json(`${nodes[0]}/purchases`)) as { result: { data: PurchaseRow[] } };
      const purchases = result.data.map((row) => ({ ...row, nonce: row.sku.replace(SKU, '') }));
      // The bank knows no purchases. A charge that none of them names is nobody's, and must not be there.
      const nonceOf = new Map(purchases.map(({ chargeId, nonce }) => [chargeId, nonce]));
      const charges = (await json(`http://${BANK}/charges`)) as { id: string }[];
      return {
        effects: purchases.map(({ nonce, purchaseId, status }) => ({
          nonce,
          id: purchaseId,
          state: status === 'paid' ? 'done' : status,
        })),
        charges: charges.map(({ id }) => ({ nonce: nonceOf.get(id) ?? 'nobody', id })),
      };
    },
  },
  limits: { attemptTimeoutMs: 2_000 },
} satisfies AppFile;

async function json(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
