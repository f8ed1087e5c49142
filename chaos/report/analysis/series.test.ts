import { expect, test } from 'vitest';
import { smallPlay } from '../../testing/small-play.ts';
import { operationsOf } from './operations.ts';
import { END_KINDS, seriesOf } from './series.ts';

test('a play over time: each attempt once in latency and throughput, on an axis that begins with the first', () => {
  const play = smallPlay();
  const operations = operationsOf(play);
  const { fromMs, toMs, latency, throughput, faults, healedMs } = seriesOf(play.history, operations);
  expect(latency.map(({ end }) => end)).toEqual(['in doubt', 'replayed', 'in doubt', 'acknowledged']);
  expect(latency[2]?.latencyMs).toBeCloseTo(50);
  expect(fromMs).toBe(operations[0]?.attempts[0]?.sentMs);
  const last = throughput.at(-1);
  expect(last?.toMs).toBeCloseTo(toMs);
  expect(last?.counts.acknowledged).toBe(1);
  const total = throughput.flatMap(({ counts }) => END_KINDS.map((end) => counts[end]));
  expect(total.reduce((sum, count) => sum + count)).toBe(4);
  expect(faults.map(({ fault, target }) => `${fault} ${target}`)).toEqual([
    'answer-lost edge@web-1',
    'latency db@web-2',
  ]);
  expect(healedMs).toBeGreaterThanOrEqual(toMs);
});
