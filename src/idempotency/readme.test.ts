import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Engine, nodePorts, Refusal, type Operation } from './index.ts';
import { callOf } from './testing/contract-bench.ts';
import { makeKey, MemoryStore, type MemoryTx } from './testing/index.ts';
import { guarantees } from './testing/guarantees.ts';
import {
  readmeCode,
  readmeSection,
  readmeTable,
  replaceReadmeTable,
  runReadmeCode,
} from './testing/readme.ts';

const ENGINE = fileURLToPath(new URL('.', import.meta.url));

test('the twenty lines run as they stand', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'readme-'));
  try {
    const module = join(directory, 'twenty-lines.ts');
    writeFileSync(module, readmeCode('Twenty lines').replaceAll(`from './`, `from '${ENGINE}`));
    const { buy } = (await import(module)) as {
      buy: (key: string, input: { sku: string }) => Promise<{ bought: string; operation: string }>;
    };
    const key = makeKey();
    const first = await buy(key, { sku: 'MUG' });
    expect(first).toEqual({ bought: 'MUG', operation: expect.stringMatching(/^op_/) as string });
    expect(await buy(key, { sku: 'MUG' })).toEqual(first);
    await expect(buy(key, { sku: 'BOWL' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

describe('the lines on going back', () => {
  const run = (asked: boolean) => {
    const done: string[] = [];
    const engine = new Engine<MemoryTx>({ store: new MemoryStore(), ports: nodePorts });
    const note = (what: string) => () => {
      done.push(what);
      return Promise.resolve(what);
    };
    const settled = engine.run(callOf(), async (operation: Operation<MemoryTx>) => {
      await operation.transact('reserve', note('reserve'));
      return runReadmeCode('Going back', {
        operation,
        pay: note('pay'),
        isWhatWasAsked: () => asked,
        confirm: note('confirm'),
        refund: note('refund'),
        Refusal,
      });
    });
    return settled.then(({ outcome }) => ({ done, kind: outcome.kind }));
  };

  test('go forward', async () => {
    expect(await run(true)).toEqual({ done: ['reserve', 'pay', 'confirm'], kind: 'succeeded' });
  });

  test('go back', async () => {
    expect(await run(false)).toEqual({ done: ['reserve', 'pay', 'refund'], kind: 'failed' });
  });
});

describe('what it promises', () => {
  const testFiles = globSync('**/*{.test,-contract}.ts', { cwd: ENGINE })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(ENGINE, path), 'utf8') }));
  const filesOf = (name: string): string[] => {
    const number = /^hazard (\d+)$/.exec(name)?.[1];
    const hazard = new RegExp(String.raw`['"\`]hazards? (\d+, )*${number}(, \d+)*:`);
    return testFiles
      .filter(({ text }) => (number === undefined ? text.includes(name) : hazard.test(text)))
      .map(({ path }) => path);
  };

  test.each(guarantees.flatMap(({ shownBy }) => shownBy))('there is a test of the name: %s', (name) => {
    expect(filesOf(name)).not.toEqual([]);
  });

  test.each(guarantees)('$promise', ({ shownBy }) => {
    expect(shownBy.length).toBeGreaterThan(0);
  });

  test('the table is made from that list', () => {
    const link = (path: string) =>
      `[${basename(path).replace(/(\.integration)?(\.test)?\.ts$/, '')}](${path})`;
    const table = [
      '| promise | by | shown by |',
      '|---|---|---|',
      ...guarantees.map(({ promise, by, shownBy }) => {
        const shown = shownBy.map((name) => `\`${name}\` in ${filesOf(name).map(link).join(', ')}`);
        return `| ${promise} | ${by} | ${shown.join('; ')} |`;
      }),
    ].join('\n');
    if (process.env['UPDATE_README'] === '1') replaceReadmeTable('What it promises', table);
    // To make it anew: UPDATE_README=1 npx vitest run --project unit src/idempotency/readme.test.ts
    expect(readmeTable('What it promises')).toBe(table);
  });
});

test('what is where is there', () => {
  const named = [...readmeSection('What is where').matchAll(/^\| `([^`]+)`/gm)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => globSync(path, { cwd: ENGINE }).length === 0)).toEqual([]);
});
