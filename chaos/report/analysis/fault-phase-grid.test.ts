import { expect, test } from 'vitest';
import { smallPlay } from '../../testing/small-play.ts';
import { faultPhaseGrid, sumOfGrids } from './fault-phase-grid.ts';
import { operationsOf } from './operations.ts';

function gridOf(play: ReturnType<typeof smallPlay>): string[] {
  return faultPhaseGrid(play.history, operationsOf(play))
    .map(({ fault, on, phase, operations }) => `${fault} on ${on}, ${phase}: ${operations}`)
    .toSorted();
}

test('a fault meets an operation in each phase that it was in, and only where it passes by', () => {
  // Ada's answer was cut from before her claim to the end; Bob was on web-2 only while his request was on its way.
  expect(gridOf(smallPlay())).toEqual([
    'answer-lost on edge, answering: 1',
    'answer-lost on edge, before claim: 1',
    'answer-lost on edge, charged: 1',
    'answer-lost on edge, claimed: 1',
    'answer-lost on edge, settled: 1',
    'latency on db, before arrival: 1',
  ]);
});

test('what hits a worker meets what no attempt asks for', () => {
  const play = smallPlay();
  for (const event of play.history) {
    if (event.type === 'fault' && event.fault === 'latency') event.target = 'worker-1';
  }
  expect(gridOf(play).filter((line) => line.startsWith('latency'))).toEqual([]);
  // Settled only after its client had given up, and while nobody asked.
  const [first] = operationsOf(play);
  if (first === undefined) throw new Error('there is an operation');
  const attempts = first.attempts.slice(0, 1);
  const lateMs = (play.history.findLast(({ type }) => type === 'fault')?.monoNs ?? 0) / 1e6;
  const commits = first.commits.map((commit) =>
    commit.kind === 'paid' ? { ...commit, atMs: lateMs } : commit,
  );
  const grid = faultPhaseGrid(play.history, [{ ...first, attempts, commits }]);
  expect(grid.filter(({ on }) => on === 'worker').map(({ phase }) => phase)).toEqual(['charged']);
});

test('what was meant for one customer meets nobody else', () => {
  const play = smallPlay();
  const aimAt = (target: string) => {
    for (const event of play.history)
      if (event.type === 'fault' && event.fault === 'latency') event.target = target;
    return gridOf(play).filter((line) => line.startsWith('latency'));
  };
  expect(aimAt('plain-9')).toEqual([]);
  expect(aimAt('plain-1')).toEqual([]);
  // It ended in the moment in which he was claimed: that's within.
  expect(aimAt('plain-2')).toEqual([
    'latency on customer, before arrival: 1',
    'latency on customer, claimed: 1',
  ]);
});

test('grids add up', () => {
  const cell = { fault: 'latency', on: 'db', phase: 'claimed' as const, operations: 2 };
  expect(sumOfGrids([[cell], [cell, { ...cell, phase: 'settled' }]])).toEqual([
    { ...cell, operations: 4 },
    { ...cell, phase: 'settled' },
  ]);
});
