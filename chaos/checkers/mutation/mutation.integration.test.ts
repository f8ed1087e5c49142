import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');

interface Outcome {
  tried: number;
  unnoticed: { checker: string; what: string }[];
}

async function mutate(...flags: string[]): Promise<Outcome> {
  // As a program: a test runner inside a test runner would share its state.
  const { NODE_OPTIONS: _ours, VITEST: _also, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...flags], { env });
  return JSON.parse(stdout) as Outcome;
}

test('a checker that finds nothing, or is silent about one kind, fails its own tests', async () => {
  const { tried, unnoticed } = await mutate();
  expect(unnoticed).toEqual([]);
  // One for each checker, and one for each kind of violation.
  expect(tried).toBeGreaterThan(70);
}, 180_000);

// What remains are words of messages, proofs' rows, and ends of intervals that no history can meet.
test.runIf(process.env['DEEP'] === '1')(
  'nine of ten comparisons that are turned round or off by one fail them too',
  async () => {
    const { tried, unnoticed } = await mutate('--slips');
    expect(tried).toBeGreaterThan(300);
    expect(unnoticed.length / tried).toBeLessThan(0.1);
  },
  600_000,
);
