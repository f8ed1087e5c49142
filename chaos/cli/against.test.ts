import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../stack/index.ts';
import { savedRuns } from '../saved/run-list.ts';
import { CommandBench } from '../testing/command.ts';

let bench: CommandBench;
beforeEach(() => void (bench = new CommandBench()));
afterEach(() => bench[Symbol.dispose]());

function appFile(node: string): string {
  const file = join(bench.reportsDir, 'my-app.ts');
  const code = `export default {
    name: 'my-app',
    nodes: ['${node}'],
    workload: { request: () => ({ path: '/' }), read: () => ({ says: 'in doubt', code: 'x' }) },
    ledger: { read: () => Promise.resolve({ effects: [] }) },
  };`;
  writeFileSync(file, code);
  return file;
}

test('a file that isn’t there, and one that describes nothing, are usage; nothing is begun', async () => {
  const none = await bench.type('against /nowhere/my-app.ts');
  expect(none).toMatchObject({ code: 2, err: 'There is no /nowhere/my-app.ts.\n' });
  const bad = await bench.type(`against ${appFile('https://127.0.0.1:3000')}`);
  expect(bad.code).toBe(2);
  expect(bad.err).toContain('nodes.0: must be like http://127.0.0.1:3000');
  expect(savedRuns(bench.reportsDir)).toEqual([]);
});

test('another machine is usage unless it’s allowed; nothing is begun', async () => {
  const { code, err } = await bench.type(`against ${appFile('http://192.0.2.1:3000')}`);
  expect(code).toBe(2);
  expect(err).toContain('http://192.0.2.1:3000 is on another machine');
  expect(savedRuns(bench.reportsDir)).toEqual([]);
});

test('an app that doesn’t run is the environment’s; nothing is begun', async () => {
  const { code, err } = await bench.type(`against ${appFile(`http://127.0.0.1:${await freePort()}`)}`);
  expect(code).toBe(3);
  expect(err).toContain('start the app first');
  expect(savedRuns(bench.reportsDir)).toEqual([]);
});
