import { spawn, type SpawnOptions } from 'node:child_process';
import { REPOSITORY } from './repository.ts';

interface CommandOptions extends Pick<SpawnOptions, 'cwd' | 'env'> {
  user?: { uid: number; gid: number } | null;
  input?: string;
  limit_ms?: number;
  /** Also show what it prints, as it prints it. */
  isShown?: boolean;
}

/** Runs a program to its end and resolves with what it printed; rejects, with that, when it fails. */
export function runCommand(command: string, args: string[], options: CommandOptions = {}): Promise<string> {
  const { user, input, limit_ms = 600_000, isShown = false, cwd = REPOSITORY, env = process.env } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      timeout: limit_ms,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...user,
    });
    // This process may be told to exit in the middle: what it runs shouldn't go on without it.
    const end = () => child.kill();
    process.once('exit', end);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (isShown) process.stderr.write(text);
      });
    }
    child.stdin.on('error', () => {}).end(input);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', end);
      if (code === 0) return resolve(output);
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      reject(
        new Error(
          `${[command, ...args].join(' ')} ${how}:\n${output.trimEnd().split('\n').slice(-40).join('\n')}`,
        ),
      );
    });
  });
}

/** Runs one of the repository's own programs with this process's Node. */
export function runProgram(
  path: string,
  env: Record<string, string> = {},
  args: string[] = [],
): Promise<string> {
  return runCommand(process.execPath, [path, ...args], { env: { ...process.env, ...env } });
}
