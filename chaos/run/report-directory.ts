import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeData } from '../../stack/index.ts';

/** The names of the files of a part; its schedule's and its observations' are their own. */
export const HISTORY_FILE = 'history.jsonl';
export const STATE_FILE = 'final-state.json';

/**
 * Where one part of a play leaves what can be looked at later: history, final state and schedule always;
 * database, ledger and logs only of one that wasn't green.
 */
export class ReportDirectory {
  readonly path: string;
  /** For the stack. */
  readonly dataDir: string;

  constructor(path: string) {
    this.path = path;
    this.dataDir = join(path, 'stack');
    mkdirSync(path, { recursive: true });
  }

  get historyPath(): string {
    return join(this.path, HISTORY_FILE);
  }

  /** For a part of what is done here: the control. */
  part(name: string): ReportDirectory {
    return new ReportDirectory(join(this.path, name));
  }

  writeJson(name: string, value: unknown): void {
    writeFileSync(join(this.path, name), `${JSON.stringify(value, null, 1)}\n`);
  }

  removeData(): Promise<void> {
    return removeData(this.dataDir);
  }
}
