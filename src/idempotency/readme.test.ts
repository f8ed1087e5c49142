import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Engine, nodePorts, Refusal, type Operation } from './index.ts';
import { callOf } from './testing/contract-bench.ts';
import { makeKey, MemoryStore, type MemoryTx } from './testing/index.ts';
import { readmeCode, readmeSection, runReadmeCode } from './testing/readme.ts';

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
  const tests = globSync('**/*{.test,-contract}.ts', { cwd: ENGINE })
    .map((path) => readFileSync(join(ENGINE, path), 'utf8'))
    .join('\n');
  const isShown = (name: string): boolean => {
    const hazard = /^hazard (\d+)$/.exec(name)?.[1];
    if (hazard === undefined) return tests.includes(name);
    return new RegExp(String.raw`['"\`]hazards? (\d+, )*${hazard}(, \d+)*:`).test(tests);
  };
  const rows = readmeSection('What it promises')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) => line.split(' | '));

  test.each(rows)('%s', (_, __, shownBy) => {
    const names = [...(shownBy ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !isShown(name))).toEqual([]);
  });

  test('is more than a few rows', () => {
    expect(rows.length).toBeGreaterThan(10);
  });
});

test('what is where is there', () => {
  const named = [...readmeSection('What is where').matchAll(/^\| `([^`]+)`/gm)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => globSync(path, { cwd: ENGINE }).length === 0)).toEqual([]);
});
