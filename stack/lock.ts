import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/**
 * A lock between processes, in a file. SQLite holds it by a lock of the operating system, which ends
 * with its holder, killed or not: a lock that is the mere existence of a file outlives a crash, and
 * then someone has to guess whether it is stale.
 */
export class Lock implements Disposable {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The lock, or null when another holds it now. */
  static tryTake(path: string): Lock | null {
    mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
      return new Lock(database);
    } catch (error) {
      database.close();
      if (error instanceof Error && error.message.includes('database is locked')) return null;
      throw error;
    }
  }

  /** Waits for the lock; null when it didn't come free within the limit. */
  static async take(path: string, limit_ms: number): Promise<Lock | null> {
    const limit = Date.now() + limit_ms;
    for (;;) {
      const lock = Lock.tryTake(path);
      if (lock || Date.now() > limit) return lock;
      await sleep(POLL_MS);
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
