import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { adviceOn } from './advice.ts';
import type { Contract } from './contract.ts';
import { incompatibleChanges } from './incompatible-changes.ts';
import { publishedContract } from './published-contract.ts';
import { unreadVersions, type LastNodes } from './unread-versions.ts';

const SNAPSHOT = fileURLToPath(new URL('./contract.snapshot.json', import.meta.url));
const UPDATE = 'UPDATE_CONTRACT=1 npx vitest run --project unit src/api/contract/contract.test.ts';

/** Older versions that are declared no more, and the day on which their last node was stopped. */
const LAST_NODES: LastNodes = {};

const today = new Date().toISOString().slice(0, 10);
const snapshot = JSON.parse(await readFile(SNAPSHOT, 'utf8')) as Contract;

test('nothing that callers were promised is broken', () => {
  const broken = incompatibleChanges(snapshot, publishedContract, today);
  if (broken.length > 0) throw new Error(adviceOn(broken, snapshot));
});

test('the snapshot is what is published', async () => {
  const broken = incompatibleChanges(snapshot, publishedContract, today);
  if (process.env['UPDATE_CONTRACT'] === '1' && broken.length === 0)
    await writeFile(SNAPSHOT, `${JSON.stringify(publishedContract, null, 2)}\n`);
  const written: unknown = JSON.parse(await readFile(SNAPSHOT, 'utf8'));
  const advice =
    broken.length === 0
      ? `The contract changed, and older callers survive it. Take it into the snapshot:\n\n  ${UPDATE}\n`
      : 'The contract changed, and breaks callers (see the other test). Such a change is never taken into the snapshot.';
  expect(JSON.parse(JSON.stringify(publishedContract)), `\n${advice}\n`).toEqual(written);
});

test('each keyed mutation reads every older version that a retry may still meet', () => {
  for (const [path, procedure] of Object.entries(publishedContract.procedures)) {
    if (procedure.kind !== 'keyed') continue;
    expect(
      unreadVersions(path, procedure, LAST_NODES, today),
      `versions of ${path} that its policy must declare in \`previous\`, or LAST_NODES tell the end of`,
    ).toEqual([]);
  }
});
