import { runChecker } from '../checkers/checker.ts';
import { CHECKERS } from '../checkers/index.ts';
import { readFinalState } from '../final-read.ts';
import type { FinalState } from '../final-state.ts';
import type { HistoryEvent } from '../history/event.ts';
import { parseHistory } from '../history/read.ts';
import type { CheckerReport, PlantedReport } from '../report/report.ts';
import { copyDatabase } from './database-copy.ts';
import { copyLedger, serveLedger } from './ledger-copy.ts';
import type { LedgerDocument } from './ledger-copy.ts';
import { NotPlantable } from './planting.ts';
import type { Planting, RunCopy } from './planting.ts';
import { PLANTINGS } from './plantings.ts';

/** A run that came out valid, its database and sandbox still there and nobody connected to either. */
export interface GreenRun {
  /** Superuser's address of the run's database. Nobody may be connected to it: it is copied as a template. */
  adminUrl: string;
  sandboxUrl: string;
  history: readonly HistoryEvent[];
  state: FinalState;
}

/**
 * Plants each violation in a copy of the run's final state, one at a time, and sends the copy through
 * the pipeline that called the run valid: final read from SQL and HTTP, then every checker. Whoever
 * reads 'valid' has a right to know that this oracle, on this very data, can also say 'invalid'.
 *
 * Throws if the untouched copy isn't free of violations: then nothing that follows would mean anything.
 */
export async function plantedViolations(
  run: GreenRun,
  plantings: readonly Planting[] = PLANTINGS,
): Promise<PlantedReport[]> {
  const ledger = await copyLedger(run.sandboxUrl);
  const untouched = await judgeCopy(run, ledger, () => {});
  const already = untouched.flatMap((report) => report.violations).at(0);
  if (already !== undefined) throw new Error(`the untouched copy is already invalid: ${already.message}`);

  const reports: PlantedReport[] = [];
  for (const planting of plantings) reports.push(await tryPlanting(run, ledger, planting));
  return reports;
}

async function tryPlanting(
  run: GreenRun,
  ledger: LedgerDocument,
  planting: Planting,
): Promise<PlantedReport> {
  const report = { planting: planting.name, checker: planting.checker };
  let checkers: CheckerReport[];
  try {
    checkers = await judgeCopy(run, ledger, planting.plant);
  } catch (error) {
    if (!(error instanceof NotPlantable)) throw error;
    return { ...report, verdict: 'not-plantable', saidInvalid: [], detail: error.message };
  }
  const saidInvalid = checkers.filter(({ verdict }) => verdict === 'invalid').map(({ checker }) => checker);
  const found = checkers
    .filter(({ checker }) => checker === planting.checker)
    .flatMap(({ violations }) => violations)
    .some(({ kind }) => kind === planting.kind);
  if (found) return { ...report, verdict: 'caught', saidInvalid, detail: null };
  const said = checkers.find(({ checker }) => checker === planting.checker);
  const detail = `no ${planting.kind}; it said ${said?.verdict}${said?.reason ? ` (${said.reason})` : ''}`;
  return { ...report, verdict: 'missed', saidInvalid, detail };
}

async function judgeCopy(
  run: GreenRun,
  ledger: LedgerDocument,
  plant: Planting['plant'],
): Promise<CheckerReport[]> {
  await using database = await copyDatabase(run.adminUrl);
  const copy: RunCopy = {
    database,
    ledger: structuredClone(ledger),
    commitLog: structuredClone(run.state.commitLog),
    history: structuredClone([...run.history]),
    original: run.state,
  };
  await plant(copy);
  await using served = await serveLedger(copy.ledger);
  const { intents, evidence, facts } = run.state;
  const state = await readFinalState(
    { adminUrl: database.adminUrl, sandboxUrl: served.url },
    { commitLog: copy.commitLog, intents, evidence, facts },
  );
  const history = parseHistory(copy.history.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return CHECKERS.map((checker) => runChecker(checker, history, state));
}
