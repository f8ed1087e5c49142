import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeData } from '../../stack/index.ts';

const REPORTS = fileURLToPath(new URL('../../reports/chaos', import.meta.url));

/** One for each start of the command: runs of one seed stand side by side. */
const RUN_NAME = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');

/**
 * Where one part of a run leaves what can be looked at later: history, final state and schedule always;
 * database, ledger and logs only of one that wasn't green.
 */
export class ReportDirectory {
  readonly path: string;
  /** For the stack. */
  readonly dataDir: string;

  constructor(seed: string, ...names: string[]) {
    this.path = join(REPORTS, `${RUN_NAME}-${seed.replaceAll(/[^A-Za-z0-9-]/g, '_')}`, ...names);
    this.dataDir = join(this.path, 'stack');
    mkdirSync(this.path, { recursive: true });
  }

  get historyPath(): string {
    return join(this.path, 'history.jsonl');
  }

  writeJson(name: string, value: unknown): void {
    writeFileSync(join(this.path, name), `${JSON.stringify(value, null, 1)}\n`);
  }

  removeData(): Promise<void> {
    return removeData(this.dataDir);
  }
}
