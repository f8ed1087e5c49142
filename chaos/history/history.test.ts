import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cleanRun } from '../testing/clean-run.ts';
import { customerOf, toHistoryEvent } from './event.ts';
import { healedAtNs, wallClockMs } from './phases.ts';
import { parseHistory, readHistory } from './read.ts';
import { HistoryRecorder } from './recorder.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'chaos-history-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function recordSomething(path: string): HistoryRecorder {
  const recorder = new HistoryRecorder(path);
  const call = recorder.invoke({ process: 'plain-1', f: 'purchase', intent: 'ada1' });
  recorder.inject({ fault: 'answer-lost', target: 'edge@web-1', intent: 'ada1' });
  const attempt = recorder.invoke({
    process: 'plain-1',
    f: 'placeOrder',
    key: 'key-1',
    intent: 'ada1',
    attempt: 1,
    payloadHash: 'abc',
    value: { checkoutId: 'c' },
    call: call.index,
  });
  recorder.heal({ fault: 'answer-lost', target: 'edge@web-1', intent: 'ada1' });
  recorder.complete(attempt, { type: 'info', errorClass: 'network' });
  recorder.evidence({ fault: 'answer-lost-after-commit', intent: 'ada1', value: { lsn: '0/1' } });
  recorder.phase('healed');
  return recorder;
}

describe('the recorder', () => {
  test('writes what it shows, one event a line, in order', () => {
    const path = join(directory, 'deep', 'history.jsonl');
    const recorder = recordSomething(path);
    recorder.close();
    expect(readHistory(path)).toEqual(recorder.events);
    expect(recorder.events.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const times = recorder.events.map(({ monoNs }) => monoNs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('has each event in the file before it returns', () => {
    const path = join(directory, 'history.jsonl');
    const recorder = recordSomething(path);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(recorder.events.length);
    recorder.close();
  });

  test('notes the faults that are on, and what a completion owes to its invoke', () => {
    const { events } = recordSomething(join(directory, 'history.jsonl'));
    expect(events[3]).toMatchObject({ type: 'invoke', faults: ['answer-lost'], call: 1, response: null });
    expect(events[5]).toMatchObject({
      type: 'info',
      f: 'placeOrder',
      key: 'key-1',
      intent: 'ada1',
      attempt: 1,
      payloadHash: 'abc',
      errorClass: 'network',
      faults: [],
      invoke: 3,
      call: 1,
    });
  });

  test('knows a fault that was put in twice and healed once as on', () => {
    const recorder = new HistoryRecorder(null);
    recorder.inject({ fault: 'latency', target: 'db@web-1' });
    recorder.inject({ fault: 'latency', target: 'db@web-2' });
    recorder.heal({ fault: 'latency', target: 'db@web-1' });
    expect(recorder.faultsOn()).toEqual(['latency']);
  });

  test('never writes over an older history', () => {
    const path = join(directory, 'history.jsonl');
    recordSomething(path).close();
    expect(() => new HistoryRecorder(path)).toThrow('EEXIST');
  });
});

describe('reading', () => {
  test('drops the half line of a harness that died', () => {
    const path = join(directory, 'history.jsonl');
    const recorder = recordSomething(path);
    recorder.close();
    truncateSync(path, readFileSync(path).length - 5);
    expect(readHistory(path)).toEqual(recorder.events.slice(0, -1));
  });

  test('refuses a hole, and says where', () => {
    const lines = cleanRun().history.map((event) => `${JSON.stringify(event)}\n`);
    lines.splice(4, 1);
    expect(() => parseHistory(lines.join(''), 'run.jsonl')).toThrow(
      'run.jsonl:5: index 5 stands where 4 belongs',
    );
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['another type', { type: 'maybe' }, 'type is one of'],
    ['another operation', { f: 'steal' }, 'f is one of'],
    ['a time that is a text', { monoNs: '12' }, 'monoNs is a whole number'],
    ['no intent at all', { intent: undefined }, 'intent is a text'],
    ['a fault without a name', { faults: [1] }, 'faults is a list of names'],
    ['an answer without its status', { response: { bodyHash: 'x', replayed: false } }, 'response is'],
    ['an invoke that completes something', { invoke: 1 }, 'an invoke names none'],
  ])('refuses an event with %s', (_what, change, message) => {
    const event = new HistoryRecorder(null).invoke({ process: 'plain-1', f: 'placeOrder' });
    expect(toHistoryEvent({ ...event })).toEqual(event);
    expect(() => toHistoryEvent({ ...event, ...change })).toThrow(message);
  });
});

describe('the clocks', () => {
  test('lay the history beside the commit log', () => {
    const { history, state } = cleanRun();
    const first = state.commitLog[0]?.commitMs ?? 0;
    expect(wallClockMs(history, 0)).toBeLessThanOrEqual(first);
    expect(wallClockMs(history, 2_500_000) - wallClockMs(history, 0)).toBe(2.5);
  });

  test('know when all was healed, or that it never was', () => {
    const { history } = cleanRun();
    expect(healedAtNs(history)).toBeGreaterThan(0);
    expect(healedAtNs(history.slice(0, 3))).toBeNull();
  });
});

test('a customer may act in several tabs', () => {
  expect([customerOf('plain-1'), customerOf('plain-1/tab-2')]).toEqual(['plain-1', 'plain-1']);
});
