import { expect, test } from 'vitest';
import { createTestDatabase } from '../stack/testing/database.ts';
import { readUntilTwiceEqual } from './final-read.ts';
import { serveLedger } from './planted/ledger-copy.ts';
import { cleanRun } from './testing/clean-run.ts';
import { insertState, ledgerDocumentOf, useRealKeys } from './testing/insert-state.ts';

test('two equal reads come of a state at rest, and never of one that moves', async () => {
  await using database = await createTestDatabase();
  const run = cleanRun();
  useRealKeys(run);
  await insertState(database.adminUrl, run.state.database);
  const document = ledgerDocumentOf(run.state);
  await using sandbox = await serveLedger(document);
  const sources = { adminUrl: database.adminUrl, sandboxUrl: sandbox.url };
  expect(await readUntilTwiceEqual(sources, { pauseMs: 10, limitMs: 5_000 })).toBe(true);

  const charge = document['/sandbox/ledger'].charges[0] ?? {};
  const moving = setInterval(() => (charge['amount'] = Number(charge['amount']) + 1), 1);
  expect(await readUntilTwiceEqual(sources, { pauseMs: 50, limitMs: 400 })).toBe(false);
  clearInterval(moving);
});

test('a field that the sandbox does not tell is an error, not a zero', async () => {
  await using database = await createTestDatabase();
  const document = ledgerDocumentOf(cleanRun().state);
  delete document['/sandbox/ledger'].charges[0]?.['captured'];
  await using sandbox = await serveLedger(document);
  const sources = { adminUrl: database.adminUrl, sandboxUrl: sandbox.url };
  await expect(readUntilTwiceEqual(sources, { pauseMs: 10, limitMs: 100 })).rejects.toThrow('captured');
});
