import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GridCount } from '../report/analysis/fault-phase-grid.ts';
import type { PlayReport, RunReport, ScenarioReport, Violation } from '../report/report.ts';
import type { Weakening } from '../weakening.ts';
import { newRecord, parseRecord } from './run-record.ts';
import type { PlayRecord, RunRecord } from './run-record.ts';

const RECORD_FILE = 'run.json';
const REPORT_FILE = 'report.json';

/** What a run is begun with. */
export interface Beginning {
  seed: string;
  /** What was typed after the program's name. */
  command: readonly string[];
  weakening: Weakening;
  replayOf?: string | null;
}

/**
 * One start of the command on the disk: `<reports>/<time>-<seed>/` with its record and, for each play, a
 * directory with all that replay and report need.
 */
export class SavedRun {
  readonly path: string;
  readonly #record: RunRecord;

  private constructor(path: string, record: RunRecord) {
    this.path = path;
    this.#record = record;
  }

  static begin(reportsDir: string, { seed, command, weakening, replayOf = null }: Beginning): SavedRun {
    const startedAt = new Date().toISOString();
    const time = startedAt.replaceAll(/[-:]/g, '');
    const name = `${time}-${seed.replaceAll(/[^A-Za-z0-9-]/g, '_')}`;
    mkdirSync(reportsDir, { recursive: true });
    const id = makeDirectory(reportsDir, name);
    const run = new SavedRun(
      join(reportsDir, id),
      newRecord({
        id,
        seed,
        startedAt,
        command: [...command],
        weakening,
        replayOf,
      }),
    );
    run.#write();
    return run;
  }

  /** Throws a sentence when there is none, or none that can be read. */
  static open(path: string): SavedRun {
    const file = join(path, RECORD_FILE);
    if (!existsSync(file)) throw new Error(`There is no run at ${path}.`);
    return new SavedRun(path, parseRecord(readFileSync(file, 'utf8'), file));
  }

  get id(): string {
    return this.#record.id;
  }

  get record(): Readonly<RunRecord> {
    return this.#record;
  }

  /** Where a play has its files. */
  playPath(name: string): string {
    return join(this.path, name);
  }

  /** Makes the directory of a play that begins. */
  beginPlay(name: string): string {
    const path = this.playPath(name);
    mkdirSync(path);
    return path;
  }

  /** At once, so that a run that is killed leaves what it had finished. */
  finishPlay(report: PlayReport, grid: readonly GridCount[] | null): void {
    const { play, ...rest } = report;
    writeJson(join(this.playPath(play), REPORT_FILE), rest);
    this.#record.plays.push(playRecord(report, grid));
    this.#write();
  }

  finish({ verdict, complete }: Pick<RunRecord, 'verdict' | 'complete'>): void {
    Object.assign(this.#record, { verdict, complete, finishedAt: new Date().toISOString() });
    this.#write();
  }

  /** As it was printed when the run ended. */
  report(): RunReport {
    const { id, seed, verdict } = this.#record;
    const scenarios = this.#record.plays.map((play): PlayReport => {
      const text = readFileSync(join(this.playPath(play.name), REPORT_FILE), 'utf8');
      return { ...(JSON.parse(text) as ScenarioReport), play: play.name, seed: play.seed };
    });
    return { run: id, seed, verdict, scenarios };
  }

  /** In one step: a reader never finds half a record. */
  #write(): void {
    const file = join(this.path, RECORD_FILE);
    writeJson(`${file}.new`, this.#record);
    renameSync(`${file}.new`, file);
  }
}

/** Two runs of one seed may begin in the same second. */
function makeDirectory(parent: string, name: string): string {
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? name : `${name}.${number}`;
    try {
      mkdirSync(join(parent, id));
      return id;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function playRecord(report: PlayReport, grid: readonly GridCount[] | null): PlayRecord {
  const { play, name, seed, verdict, durationMs, operations, acknowledged, duplicates, lost, unsettled } =
    report;
  return {
    name: play,
    scenario: name,
    seed,
    verdict,
    durationMs,
    operations,
    acknowledged,
    duplicates,
    lost,
    unsettled,
    control: report.control,
    violations: violationCounts(report.violations),
    settledAfterMs: report.liveness.settledAfterMs,
    grid: grid === null ? null : [...grid],
  };
}

function violationCounts(violations: readonly Violation[]): PlayRecord['violations'] {
  const counts = new Map<string, PlayRecord['violations'][number]>();
  for (const { checker, kind } of violations) {
    const name = `${checker}/${kind}`;
    counts.set(name, { checker, kind, count: (counts.get(name)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 1)}\n`);
}
