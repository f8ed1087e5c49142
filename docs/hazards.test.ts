import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { hazards, type Hazard } from './hazards.ts';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = 'src,chaos,stack,sandbox,e2e,docs,examples,prisma,tools';

/** Number to the files that hold a test of that name, in the order of their paths. */
function testedIn(): Map<number, Set<string>> {
  const found = new Map<number, Set<string>>();
  const isTest = (path: string) => /\.(test|spec)\.tsx?$|-contract\.ts$/.test(path);
  const files = globSync(`{${FOLDERS}}/**/*.{ts,tsx}`, { cwd: REPOSITORY }).filter(isTest).toSorted();
  for (const path of files)
    for (const [, numbers = ''] of readFileSync(REPOSITORY + path, 'utf8').matchAll(
      /['"`]hazards? (\d+(?:, \d+)*):/g,
    ))
      for (const number of numbers.split(', ').map(Number))
        found.set(number, (found.get(number) ?? new Set()).add(path));
  return found;
}

const tested = testedIn();

function row({ number, bug, seenIn, instead }: Hazard): string {
  const files = [...(tested.get(number) ?? [])].map(
    (path) => `[${basename(path).replace(/(\.integration)?(\.(test|spec))?\.tsx?$/, '')}](../${path})`,
  );
  return `| ${number} | ${bug} | ${seenIn} | ${instead ?? files.join(', ')} |`;
}

test.each(hazards.filter(({ instead }) => instead === undefined))(
  'hazard $number has a test of its number',
  ({ number }) => {
    expect(tested.get(number)?.size ?? 0).toBeGreaterThan(0);
  },
);

test('every number that a test has is a hazard’s, and none of one that is said to have no test', () => {
  const testable = new Set(
    hazards.filter(({ instead }) => instead === undefined).map(({ number }) => number),
  );
  expect([...tested.keys()].filter((number) => !testable.has(number))).toEqual([]);
});

test('the page is this table', async () => {
  const page = [
    '# Hazards',
    '',
    'Bugs that idempotency layers had or have, as reported in public trackers, read in public source or measured. For',
    'each there is a test whose name begins with its number (`npx vitest run -t "hazard N:"`).',
    '',
    'Made from `docs/hazards.ts` by its test (`npx vitest run --project unit docs/hazards -u`).',
    '',
    '| # | bug | seen in | tests |',
    '|---|---|---|---|',
    ...hazards.map(row),
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot('./hazards.md');
});
