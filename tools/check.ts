import { spawnSync } from 'node:child_process';
import { ensureGenerated } from '../stack/index.ts';

/** Every check that needs no running system. All of them run, so that one look shows everything. */
const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types', 'tsc', '-p', 'tsconfig.json', '--incremental', 'false'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['format', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['imports', 'node', 'tools/check-imports.ts'],
  ['dead code', 'knip', '--no-progress'],
];

await ensureGenerated();
const failed: string[] = [];
for (const [name, command, ...args] of checks) {
  const startedMs = performance.now();
  // npm puts node_modules/.bin on the path, and there is the Node that the project runs on.
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}`);
console.log(`${checks.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
