import { expect, test } from 'vitest';
import { createTestDatabase } from '../../stack/testing/database.ts';
import { CHECKER_NAMES } from '../checkers/name.ts';
import { readFinalState } from '../final-read.ts';
import { cleanRun } from '../testing/clean-run.ts';
import { insertState, ledgerDocumentOf, useRealKeys } from '../testing/insert-state.ts';
import { judge } from '../verdict.ts';
import { serveLedger } from './ledger-copy.ts';
import { plantedViolations } from './pipeline.ts';
import { NotPlantable } from './planting.ts';
import { PLANTINGS } from './plantings.ts';

/** A green run as the harness would leave it: rows in a real, migrated database, and a ledger behind HTTP. */
async function greenRun() {
  await using stack = new AsyncDisposableStack();
  const { adminUrl } = stack.use(await createTestDatabase());
  const clean = cleanRun();
  useRealKeys(clean);
  const { history, state: made } = clean;
  await insertState(adminUrl, made.database);
  const { url: sandboxUrl } = stack.use(await serveLedger(ledgerDocumentOf(made)));
  const state = await readFinalState({ adminUrl, sandboxUrl }, made);
  const disposables = stack.move();
  return {
    adminUrl,
    sandboxUrl,
    history,
    state,
    made,
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  };
}

test('the final read gives back what stands in the database and the ledger', async () => {
  await using run = await greenRun();
  expect(run.state.ledger).toEqual(run.made.ledger);
  const { orders, payments, stock, reservations, orderLines, outbox } = run.state.database;
  expect(orders.map(({ orderId, status }) => [orderId, status])).toEqual(
    run.made.database.orders.map(({ orderId, status }) => [orderId, status]),
  );
  expect(payments).toEqual(run.made.database.payments);
  expect(stock).toEqual(run.made.database.stock);
  expect(reservations).toEqual(run.made.database.reservations);
  expect(orderLines).toEqual(run.made.database.orderLines);
  expect(outbox).toEqual(run.made.database.outbox);
});

test('a clean run is valid, read from SQL and HTTP', async () => {
  await using run = await greenRun();
  const report = judge({
    name: 'hand-made',
    history: run.history,
    state: run.state,
    exercises: CHECKER_NAMES,
    requiredEvidence: [],
    control: 'not-asked',
    planted: null,
    trouble: [],
    durationMs: 0,
    historyPath: null,
  });
  expect(report).toMatchObject({ verdict: 'valid', reasons: [], violations: [], duplicates: 0, lost: 0 });
});

test('every planted violation is found by the checker that must find it', async () => {
  await using run = await greenRun();
  const reports = await plantedViolations(run);
  expect(reports.filter(({ verdict }) => verdict !== 'caught')).toEqual([]);
  expect(reports).toHaveLength(PLANTINGS.length);
  // A copy of the database for each.
}, 180_000);

test('every checker has a violation that is planted for it', () => {
  expect(new Set(PLANTINGS.map(({ checker }) => checker))).toEqual(new Set(CHECKER_NAMES));
});

test('a planting that changes nothing is missed, one without a victim is not plantable', async () => {
  await using run = await greenRun();
  const planting = { name: 'nothing at all', checker: 'money-balances', kind: 'totals-differ' } as const;
  const noVictim = () => {
    throw new NotPlantable('the run has no customers');
  };
  expect(
    await plantedViolations(run, [
      { ...planting, plant: () => {} },
      { ...planting, plant: noVictim },
    ]),
  ).toMatchObject([
    { verdict: 'missed', saidInvalid: [], detail: 'no totals-differ; it said valid' },
    { verdict: 'not-plantable', detail: 'the run has no customers' },
  ]);
});

test('nothing is planted in a copy that is not clean', async () => {
  await using run = await greenRun();
  const history = run.history
    .filter(({ type }) => type === 'phase')
    .map((event, index) => ({ ...event, index }));
  await expect(plantedViolations({ ...run, history })).rejects.toThrow(
    'the untouched copy is already invalid',
  );
});
