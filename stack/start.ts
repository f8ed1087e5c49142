/** `npm start`: the whole shop on this machine, until Ctrl-C. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stopWithLauncher } from './lifetime.ts';
import { print, toTerminal } from './progress.ts';
import { REPOSITORY } from './repository.ts';
import { loadSettings } from './settings-file.ts';
import { startStack, type Stack } from './stack.ts';

const DATA_DIR = join(REPOSITORY, '.stack');
const SHOP_PORT = 3000;

const USAGE = `usage: npm start -- [options]
  --web <n>       web nodes (1)
  --workers <n>   workers (1)
  --no-links      without Toxiproxy
  --logs          show what every process logs
  --data <dir>    where its data is kept (.stack)`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        web: { type: 'string', default: '1' },
        workers: { type: 'string', default: '1' },
        links: { type: 'boolean', default: true },
        logs: { type: 'boolean', default: false },
        data: { type: 'string', default: DATA_DIR },
      },
      allowNegative: true,
    });
    return { ...values, web: readCount(values.web), workers: readCount(values.workers) };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exit(2);
  }
}

function readCount(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw new Error(`'${text}' is no number of processes.`);
  return Number(text);
}

function describe(stack: Stack, dataDir: string): string {
  const shops = stack.web.map((_, index) => stack.edgeUrl(index + 1));
  const isMoved = shops[0] !== undefined && new URL(shops[0]).port !== String(SHOP_PORT);
  const lines = [
    `  Shop       ${shops.join('  ')}${isMoved ? `   (port ${SHOP_PORT} is taken)` : ''}`,
    stack.toxiproxyUrl
      ? `  Toxiproxy  ${stack.toxiproxyUrl}/proxies   (${[...stack.links.keys()].join(', ')})`
      : null,
    process.env['STRIPE_SECRET_KEY']
      ? '  Payments   Stripe, test mode'
      : `  Ledger     ${stack.sandbox.url}/sandbox/ledger`,
    `  Postgres   ${stack.postgres.appUrl}`,
    `  Logs       ${join(dataDir, 'logs')}`,
  ];
  return lines.filter((line) => line !== null).join('\n');
}

loadSettings();
const options = readOptions();
let stack: Stack | undefined;
// Set before anything is started: Ctrl-C during the start ends what is there by then. The guardian of the
// data directory ends what this doesn't know of yet.
stopWithLauncher(async () => {
  print('\nStopping.');
  await stack?.stop();
});

const startedAt = Date.now();
const stripeSecretKey = process.env['STRIPE_SECRET_KEY'];
stack = await startStack({
  dataDir: options.data,
  webNodes: options.web,
  workers: options.workers,
  links: options.links,
  ports: 'fixed',
  log: options.logs ? 'terminal' : 'file',
  say: toTerminal,
  ...(stripeSecretKey ? { stripeSecretKey } : {}),
}).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
print(
  `\nReady after ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n${describe(stack, options.data)}\n\nCtrl-C stops everything; the data stays (npm run reset removes it).`,
);
