import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppMistake } from './app-mistake.ts';
import { loadApp } from './load-app.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'chaos-app-file-'))));
afterEach(() => rmSync(directory, { recursive: true }));

const GOOD = {
  name: `'my-app'`,
  nodes: `['http://127.0.0.1:3000']`,
  workload: `{ request: () => ({ path: '/' }), read: () => ({ says: 'in doubt', code: 'x' }) }`,
  ledger: `{ read: async () => ({ effects: [] }) }`,
};

function load(changes: Partial<Record<keyof typeof GOOD | 'links' | 'limits' | 'node', string>>) {
  const fields = Object.entries({ ...GOOD, ...changes }).map(([name, code]) => `${name}: ${code},`);
  return loadText(`export default { ${fields.join('\n')} };`);
}

/** A module is loaded once: each has a name of its own. */
let count = 0;

function loadText(text: string) {
  const file = join(directory, `my-app-${(count += 1)}.ts`);
  writeFileSync(file, text);
  return loadApp(file);
}

test('what is left out has its default', async () => {
  expect(await load({ limits: '{ attemptTimeoutMs: 500 }' })).toMatchObject({
    name: 'my-app',
    links: [],
    workload: { purchases: 30 },
    limits: { attemptTimeoutMs: 500, maxAttempts: 8 },
    settleMs: 30_000,
  });
});

test.each<[Parameters<typeof load>[0], string]>([
  [{ name: `'My App'` }, 'name: must be lower-case letters, digits and hyphens'],
  [{ nodes: `[]` }, 'nodes: '],
  [{ nodes: `['http://127.0.0.1:3000/shop']` }, 'nodes.0: must be like http://127.0.0.1:3000'],
  [{ nodes: `['https://127.0.0.1:3000']` }, 'nodes.0: must be like http://127.0.0.1:3000'],
  [{ ledger: `{ read: [] }` }, 'ledger.read: must be a function'],
  [{ ledger: `undefined` }, 'ledger: '],
  [{ node: `'x'` }, 'Unrecognized key: "node"'],
  [
    { links: `[{ name: 'web-db', kind: 'postgres', to: 'db:5432', listenPort: 6432 }]` },
    'must not begin with web or worker',
  ],
  [
    { links: `[{ name: 'db', kind: 'postgres', to: 'db', listenPort: 6432 }]` },
    'links.0.to: must be host:port',
  ],
  [{ limits: '{ maxAttempts: 1 }' }, 'limits.maxAttempts: '],
])('%j is refused, and where it is wrong is said', async (changes, complaint) => {
  const loading = load(changes);
  await expect(loading).rejects.toThrow(AppMistake);
  await expect(loading).rejects.toThrow(complaint);
});

test('no file, one without a default export, and one that can’t be loaded, are told apart', async () => {
  await expect(loadApp(join(directory, 'none.ts'))).rejects.toThrow('There is no');
  await expect(loadText('export const app = {};')).rejects.toThrow('has no default export');
  await expect(loadText(`throw new Error('no DATABASE_URL');`)).rejects.toThrow(
    'can’t be loaded: no DATABASE_URL',
  );
});
