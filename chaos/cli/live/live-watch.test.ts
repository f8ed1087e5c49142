import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Terminal } from '../command-line.ts';
import { reportOf } from '../../testing/command.ts';
import { liveWatch } from './live-watch.ts';

/** As much of a terminal as the tree uses: lines, the way up, and clearing what is below. */
class Screen implements Terminal {
  lines: string[] = [''];
  isColored = false;
  width = 80;
  height = 24;
  #row = 0;

  columns = () => this.width;
  rows = () => this.height;

  write(text: string): void {
    for (const part of text.replaceAll('\u001B[', '⎋').split(/(⎋\d*[A-Z]|\r|\n)/)) {
      const up = /^⎋(\d+)A$/.exec(part);
      if (up !== null) this.#row -= Number(up[1]);
      else if (part === '⎋0J') this.lines.splice(this.#row, Infinity, '');
      else if (part === '\n') {
        this.#row += 1;
        this.lines[this.#row] ??= '';
      } else if (part !== '\r') this.lines[this.#row] += part;
      if (this.#row < 0) throw new Error('above the first line');
    }
  }
}

const PLAY = { name: 'partition', scenario: 'partition', seed: '5eed', schedules: null };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched(changes: Partial<Screen> = {}) {
  const screen = Object.assign(new Screen(), changes);
  screen.write('$ npm run chaos\n');
  const interrupt = new AbortController();
  return { screen, interrupt, watch: liveWatch(screen, interrupt.signal) };
}

describe('the live tree', () => {
  test('tells phase, time, purchases, faults, evidence and invariants, each in its place', () => {
    const { screen, watch } = watched();
    watch.begin(PLAY, { number: 2, of: 3 });
    watch.event({ type: 'part', part: 'protected', purchases: 27 });
    watch.event({ type: 'phase', phase: 'workload' });
    for (const change of ['begun', 'begun', 'begun', 'acknowledged', 'in doubt'] as const)
      watch.event({ type: 'purchase', change });
    const fault = { type: 'fault', fault: 'latency', target: 'db@web-1' } as const;
    watch.event({ ...fault, change: 'inject' });
    watch.event({ ...fault, change: 'inject' });
    watch.event({ type: 'fault', fault: 'cut', target: null, change: 'inject' });
    watch.event({ ...fault, change: 'heal' });
    watch.event({ type: 'evidence', what: 'answers-came-late' });
    vi.advanceTimersByTime(61_000);
    expect(screen.lines).toEqual([
      '$ npm run chaos',
      '01:01  ✔ 0 valid  ✘ 0 invalid  ? 0 unknown',
      '[2/3] partition, seed 5eed  01:01',
      '├ protected: workload 01:01',
      '├ purchases  3 of 27 begun, 1 acknowledged, 0 refused, 1 in doubt',
      '├ faults on  latency on db@web-1, cut',
      '├ evidence   answers-came-late',
      '└ invariants not judged yet',
      '',
    ]);
    watch.event({ type: 'checked', checker: 'one-order-per-intent', verdict: 'valid' });
    watch.event({ type: 'checked', checker: 'money-balances', verdict: 'invalid' });
    vi.advanceTimersByTime(1_000);
    expect(screen.lines.at(-2)).toBe('└ invariants ✘ money-balances');
    watch.close();
  });

  test('begins the counts of a part anew, and keeps those that ended in sight', () => {
    const { screen, watch } = watched();
    for (const number of [1, 2, 3, 4]) {
      watch.begin(PLAY, { number, of: null });
      watch.event({ type: 'purchase', change: 'begun' });
      watch.event({ type: 'part', part: 'control-with-fault', purchases: 9 });
      watch.end({ ...reportOf('partition'), play: `partition.${number}`, seed: 'x', durationMs: 5_000 });
    }
    watch.begin(PLAY, { number: 5, of: null });
    watch.event({ type: 'part', part: 'protected', purchases: 9 });
    vi.advanceTimersByTime(400);
    expect(screen.lines.slice(1, 6)).toEqual([
      '00:00  ✔ 4 valid  ✘ 0 invalid  ? 0 unknown',
      '✔ partition.2 (00:05)',
      '✔ partition.3 (00:05)',
      '✔ partition.4 (00:05)',
      '[5] partition, seed 5eed  00:00',
    ]);
    expect(screen.lines).toContain('├ purchases  0 of 9 begun, 0 acknowledged, 0 refused, 0 in doubt');
    watch.close();
  });

  test('leaves nothing behind, and draws no more', () => {
    const { screen, watch } = watched();
    watch.begin(PLAY, { number: 1, of: 1 });
    vi.advanceTimersByTime(1_000);
    watch.close();
    vi.advanceTimersByTime(1_000);
    expect(screen.lines).toEqual(['$ npm run chaos', '']);
  });

  test('is never wider nor higher than the terminal, whatever that is', () => {
    const { screen, watch } = watched({ width: 20, height: 5 });
    watch.begin({ ...PLAY, name: 'a-scenario-with-a-long-name' }, { number: 1, of: 1 });
    vi.advanceTimersByTime(500);
    expect(screen.lines.slice(1)).toEqual([
      '00:00  ✔ 0 valid  …',
      'a-scenario-with-a-…',
      '├ preparing: start…',
      '├ purchases  0 of …',
      '',
    ]);
    expect(screen.lines.every((line) => line.length < 20)).toBe(true);
    watch.close();
  });

  test('has colours only where they are wanted', () => {
    const end = { ...reportOf('partition'), play: 'partition', seed: 'x', durationMs: 1 };
    for (const isColored of [true, false]) {
      const { screen, watch } = watched({ isColored });
      const written = vi.spyOn(screen, 'write');
      watch.begin(PLAY, { number: 1, of: 1 });
      watch.end(end);
      vi.advanceTimersByTime(300);
      const text = written.mock.calls.flat().join('');
      expect(text.includes('\u001B[32m✔ partition')).toBe(isColored);
      watch.close();
    }
  });

  test('says that it is stopping', () => {
    const { screen, watch, interrupt } = watched();
    watch.begin(PLAY, { number: 1, of: 1 });
    interrupt.abort();
    vi.advanceTimersByTime(300);
    expect(screen.lines.at(-2)).toBe('Stopping everything; once more to leave at once.');
    watch.close();
  });
});
