import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { FailpointTask } from './failpoint-node.ts';

const NODE_PROGRAM = fileURLToPath(new URL('./failpoint-node.ts', import.meta.url));

/** Starts the node. `struck`: the signal has hit it. `revive`: ends a pause, and resolves to its answer. */
export function startDoomed(task: FailpointTask) {
  const child = spawn(process.execPath, [NODE_PROGRAM], {
    env: { ...process.env, FAILPOINT_TASK: JSON.stringify(task) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // 'close' rather than 'exit': by then all that it printed has been read.
  const gone = once(child, 'close');
  const lines: { reached?: unknown; status?: number; text?: string }[] = [];
  const firstLine = Promise.withResolvers<void>();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(JSON.parse(line) as (typeof lines)[number]);
    firstLine.resolve();
  });
  const struck = (async () => {
    await Promise.race([firstLine.promise, gone]);
    expect(lines).toEqual([{ reached: task.at }]);
    if (task.signal === 'SIGKILL') await gone;
    else while (stateOf(child.pid ?? 0) !== 'T') await new Promise((resolve) => setTimeout(resolve, 10));
  })();
  const revive = async () => {
    if (task.signal === 'SIGSTOP') child.kill('SIGCONT');
    await gone;
    return lines.find(({ status }) => status !== undefined) ?? null;
  };
  /** Whatever the test came to, nobody stays behind, and nobody stays stopped. */
  const end = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  return { struck, revive, [Symbol.asyncDispose]: end };
}

/** The process's state by the kernel: `T` is stopped. */
function stateOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] ?? '';
}
