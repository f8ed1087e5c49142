import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataDirectory } from './data-directory.ts';
import { identify } from './process-table.ts';
import { endTree, freeze, thaw, treeOf, type Members } from './process-tree.ts';
import { REPOSITORY } from './repository.ts';

/** What a program is, and how it is known to be ready. */
export interface ProcessSpec {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  /** Asked again and again after the start, until it says yes. `printed` is the output since the start. */
  isReady(printed: () => string): Promise<boolean>;
  readyLimit_ms: number;
  stopSignal?: NodeJS.Signals;
  user?: { uid: number; gid: number } | null;
  /** Processes that parentage and process group don't tell. */
  strays?: Members;
}

/** What a process may inherit; the rest (a test runner's NODE_OPTIONS, say) would make runs differ. */
const INHERITED = ['PATH', 'HOME', 'USER', 'LANG', 'TZ', 'TMPDIR'];

/** How long an orderly end may take before it's made by SIGKILL. */
const STOP_LIMIT_MS = 8_000;
const POLL_FIRST_MS = 10;
const POLL_LAST_MS = 100;

/**
 * One program of the stack: all its processes, which live and die together.
 *
 * Its output goes straight into its log file. A pipe to the launcher would fill up when the launcher is
 * slow, and would then hold up the very program whose timing is being watched.
 */
export class ManagedProcess {
  readonly name: string;
  readonly logPath: string;
  readonly #spec: ProcessSpec;
  readonly #directory: DataDirectory;
  #child: ChildProcess | null = null;
  #tree: Members = () => [];
  #endsOnPurpose = false;
  #settings: Readonly<Record<string, string>> = {};
  #onUnexpectedEnd: (how: string) => void = () => {};

  constructor(directory: DataDirectory, spec: ProcessSpec) {
    this.name = spec.name;
    this.logPath = directory.logPath(spec.name);
    this.#spec = spec;
    this.#directory = directory;
  }

  /** The whole tree, as it is now; empty when it doesn't run. */
  pids(): number[] {
    return this.#members().map((row) => row.pid);
  }

  isRunning(): boolean {
    return this.#child !== null;
  }

  /** Whether the system shows all of its processes as stopped. */
  isPaused(): boolean {
    const rows = this.#members();
    return rows.length > 0 && rows.every((row) => row.state === 'T');
  }

  /** What `configure` was told last. */
  get settings(): Readonly<Record<string, string>> {
    return this.#settings;
  }

  /** What it is told in its environment beside its own, or in its place, from its next start on. */
  configure(settings: Readonly<Record<string, string>>): void {
    this.#settings = settings;
  }

  /** Is told when it ends without having been stopped or killed through here. */
  onUnexpectedEnd(listener: (how: string) => void): void {
    this.#onUnexpectedEnd = listener;
  }

  /** Starts it, again too, and resolves when it is ready. If it doesn't get ready, none of it is left. */
  async start(): Promise<void> {
    if (this.#child) throw new Error(`${this.name} is running already.`);
    // Its main process may have died on its own and have left others.
    await endTree(this.#members);
    const logStart = statSync(this.logPath, { throwIfNoEntry: false })?.size ?? 0;
    const child = this.#spawn();
    try {
      await this.#untilReady(child, () => readFileSync(this.logPath).subarray(logStart).toString());
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /**
   * Asks it to end, in order; whoever doesn't in time is killed.
   *
   * @param signal another than its own: some programs know several orders in which to end
   */
  async stop(signal: NodeJS.Signals = this.#spec.stopSignal ?? 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child) {
      this.#endsOnPurpose = true;
      child.kill(signal);
      // A stopped process would see the signal only when it's continued.
      await thaw(this.#members);
      const limit = Date.now() + STOP_LIMIT_MS;
      while (this.pids().length > 0 && Date.now() < limit) await sleep(POLL_FIRST_MS);
    }
    await this.kill();
  }

  /** SIGKILL to all of its processes, paused ones too; resolves when all are gone. */
  async kill(): Promise<void> {
    this.#endsOnPurpose = true;
    await endTree(this.#members);
    this.#child = null;
    this.#directory.forget(this.name);
  }

  /** SIGSTOP to all of its processes; resolves when the system shows all as stopped. */
  async pause(): Promise<void> {
    if (this.pids().length === 0) throw new Error(`${this.name} doesn't run, so it can't be paused.`);
    await freeze(this.#members);
  }

  async resume(): Promise<void> {
    await thaw(this.#members);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  readonly #members: Members = () => {
    const rows = [...this.#tree(), ...(this.#spec.strays?.() ?? [])];
    return [...new Map(rows.map((row) => [row.pid, row])).values()];
  };

  #spawn(): ChildProcess {
    const { command, args, env, user } = this.#spec;
    const inherited = INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const log = openSync(this.logPath, 'a');
    const child = spawn(command, args, {
      cwd: REPOSITORY,
      env: { ...Object.fromEntries(inherited), NODE_ENV: 'production', ...env, ...this.#settings },
      // Leader of its own group: Ctrl-C reaches the launcher alone, which then stops all in order.
      detached: true,
      stdio: ['ignore', log, log],
      ...user,
    });
    closeSync(log);
    this.#child = child;
    this.#endsOnPurpose = false;
    child.once('exit', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = null;
      if (!this.#endsOnPurpose)
        this.#onUnexpectedEnd(signal ? `was ended by ${signal}` : `ended with code ${code}`);
    });
    // A program that can't be started has no pid; it is reported by the wait for its readiness.
    const identity = child.pid === undefined ? null : identify(child.pid);
    this.#tree = identity ? treeOf(identity) : () => [];
    if (identity) this.#directory.record(this.name, identity);
    return child;
  }

  async #untilReady(child: ChildProcess, printed: () => string): Promise<void> {
    let failure: string | undefined;
    child.once('error', (error) => (failure = error.message));
    child.once(
      'exit',
      (code, signal) => (failure ??= signal ? `ended by ${signal}` : `ended with code ${code}`),
    );
    const limit = Date.now() + this.#spec.readyLimit_ms;
    for (let pause_ms = POLL_FIRST_MS; ; pause_ms = Math.min(pause_ms * 1.5, POLL_LAST_MS)) {
      await sleep(pause_ms);
      if (failure) throw this.#startError(failure, printed());
      if (await this.#spec.isReady(printed)) return;
      if (Date.now() > limit)
        throw this.#startError(`not ready within ${this.#spec.readyLimit_ms} ms`, printed());
    }
  }

  #startError(reason: string, printed: string): Error {
    const lastLines = printed.trimEnd().split('\n').slice(-15).join('\n');
    return new Error(
      `${this.name} didn't start: ${reason}. Its log is ${this.logPath}, and ends with:\n${lastLines}`,
    );
  }
}
