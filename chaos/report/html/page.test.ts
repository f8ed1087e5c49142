import { describe, expect, test } from 'vitest';
import { CHECKER_NAMES } from '../../checkers/name.ts';
import { newRecord } from '../../saved/run-record.ts';
import type { RunRecord } from '../../saved/run-record.ts';
import { smallPlay } from '../../testing/small-play.ts';
import type { HandMade } from '../../testing/hand-made.ts';
import { NOT_WEAKENED } from '../../weakening.ts';
import { judge, runReport, unjudged } from '../../verdict.ts';
import { sumOfGrids } from '../analysis/fault-phase-grid.ts';
import { operationsOf } from '../analysis/operations.ts';
import type { PlayReport } from '../report.ts';
import { playView } from '../run-view.ts';
import type { PlayView } from '../run-view.ts';
import { seriesOf } from '../analysis/series.ts';
import { comparisonPage, runPage } from './page.ts';
import type { RunPage } from './page.ts';

const RUN = '20261123T101500.000Z-5eed';

function judged(name: string, run: HandMade, control: PlayReport['control'] = null): PlayReport {
  const report = judge({
    name,
    history: run.history,
    state: run.state,
    exercises: CHECKER_NAMES,
    requiredEvidence: [],
    control: control ?? 'not-asked',
    planted: null,
    trouble: [],
    durationMs: 1_234,
    historyPath: null,
  });
  return { ...report, play: name, seed: '5eed' };
}

const record: RunRecord = newRecord({
  id: RUN,
  seed: '5eed',
  startedAt: '2026-11-23T10:15:00.000Z',
  command: ['run', '--grep', '<script>alert(1)</script>'],
  weakening: NOT_WEAKENED,
  replayOf: null,
});

function pageOf(plays: readonly { report: PlayReport; view: PlayView | null }[]): RunPage {
  const scenarios = plays.map(({ report }) => report);
  const views = new Map(plays.flatMap(({ report, view }) => (view === null ? [] : [[report.play, view]])));
  const grid = sumOfGrids([...views.values()].map((view) => view.grid));
  return {
    record,
    report: runReport({ run: RUN, seed: '5eed', scenarios }, { complete: true }),
    views,
    grid: { run: grid, ever: grid, runs: 1, faults: ['answer-lost', 'slicer'] },
    runs: [record],
  };
}

/** A good play, a bad one in which a card was charged twice, and one that crashed. */
function aPage(): string {
  const good = smallPlay();
  const bad = smallPlay();
  const [charge] = bad.run.state.ledger.charges;
  if (charge !== undefined)
    bad.run.state.ledger.charges.push({ ...charge, id: 'ch_<img src=x onerror=alert(1)>' });
  const control = { operations: 36, duplicates: 14, duplicatesWithoutFault: 0 };
  return runPage(
    pageOf([
      {
        report: { ...judged('good', good.run, control), verdict: 'valid', reasons: [] },
        view: playView(good),
      },
      { report: judged('bad', bad.run), view: playView(bad) },
      {
        report: {
          ...unjudged('crashed', 'the harness crashed: no table\n  at line 1', 3),
          play: 'crashed',
          seed: 'x',
        },
        view: null,
      },
    ]),
  );
}

/** Opening tags that weren't closed, or not in their order. */
function unclosedTags(page: string): string[] {
  const open: string[] = [];
  const withoutCode = page.replaceAll(/<(script|style)>.*?<\/\1>/gs, '').replace('<!doctype html>', '');
  for (const [, slash, name = '', rest = ''] of withoutCode.matchAll(
    /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*\s*\/?)>/g,
  )) {
    if (rest.endsWith('/') || /^(meta|br|hr)$/.test(name)) continue;
    if (slash === '') open.push(name);
    else if (open.at(-1) === name) open.pop();
    else open.push(`/${name}`);
  }
  return open;
}

function headings(page: string): number[] {
  return [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
}

describe('the page of a run', () => {
  test('needs nothing but itself', () => {
    const page = aPage();
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
    expect(page).not.toMatch(/https?:|@import|url\((?!'#)/);
  });

  test('is well-formed, whatever a run holds, and nothing of a run is markup', () => {
    const page = aPage();
    expect(unclosedTags(page)).toEqual([]);
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('ch_&lt;img');
  });

  test('has failures first, violations before what is unknown, each with its proof and what plays it again', () => {
    const page = aPage();
    const places = [
      'id="failures"',
      'one-capture-per-intent / second-capture',
      'no table',
      'id="scenarios"',
      'id="plays"',
    ].map((text) => page.indexOf(text));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(page).toContain('intent ada1 was charged 2 times');
    // The rows themselves: in what they differ, and what is the same.
    expect(page).toMatch(/<td>ch_1<\/td>/);
    expect(page).toContain('charges, the same in all 2');
    expect(page).toContain(`npm run chaos -- replay ${RUN} bad`);
  });

  test('says of the control and the protected shop what it means in words', () => {
    expect(aPage()).toContain('control: 14 double purchases, protected: 0');
  });

  test('has a table for each drawing, one first heading, no level left out, and no name twice', () => {
    const page = aPage();
    const drawings = page.match(/<svg class="drawing"/g)?.length ?? 0;
    expect(drawings).toBeGreaterThan(4);
    expect(page.match(/, as a table<\/summary>|event by event<\/summary>/g)).toHaveLength(drawings);
    const levels = headings(page);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    const jumps = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
    expect(jumps).toEqual([]);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(targets.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('draws each witness of an operation on a lane, and where its answer died', () => {
    const page = aPage().replaceAll(/\s+>/g, '>');
    for (const lane of [
      'client plain-1',
      'proxy edge@web-1',
      'web node web-1',
      'database commits',
      'provider',
    ])
      expect(page).toContain(`>${lane}</text>`);
    expect(page).toContain('the answer to attempt 1 died on the way back');
    expect(page).toContain('2 attempts, an answer died on the way back, 1 replay, paid once, charged once');
  });

  test('names faults that never met anything', () => {
    expect(aPage()).toMatch(/never met an operation in a saved run:\s+slicer\./);
  });

  test('stays small and quick when a soak was long', () => {
    const play = smallPlay();
    const view = playView(play);
    const [ada] = operationsOf(play);
    if (ada === undefined) throw new Error('there is an operation');
    const operations = Array.from({ length: 20_000 }, (_, index) => ({
      ...ada,
      intent: { ...ada.intent, nonce: `n${index}` },
      attempts: ada.attempts.map((attempt) => ({ ...attempt, sentMs: index * 90, endMs: index * 90 + 15 })),
    }));
    const history = [...play.history];
    const inject = history.find((event) => event.type === 'fault');
    if (inject === undefined) throw new Error('there is a fault');
    for (let index = 0; index < 5_000; index += 1)
      history.push({ ...inject, index: history.length, monoNs: index * 360e6, value: { id: String(index) } });
    const page = runPage(
      pageOf([
        {
          report: { ...judged('soak', play.run), play: 'soak' },
          view: { ...view, history, operations, series: seriesOf(history, operations) },
        },
      ]),
    );
    expect(page.length).toBeLessThan(1_000_000);
  });
});

test('the page of all runs is well-formed too', () => {
  const page = comparisonPage([record], { run: null, ever: [], runs: 1, faults: [] });
  expect(unclosedTags(page)).toEqual([]);
  expect(page).toContain(RUN);
});
