import { expect, test } from 'vitest';
import { faultWindowsOf, isUnderFault } from './fault-windows.ts';
import { HistoryRecorder } from './recorder.ts';

test('a heal ends the fault whose id it names', () => {
  const history = new HistoryRecorder(null);
  history.inject({ fault: 'latency', target: 'edge@web-1', value: { id: 'a' } });
  history.inject({ fault: 'latency', target: 'edge@web-1', value: { id: 'b' } });
  const healed = history.heal({ fault: 'latency', target: 'edge@web-1', value: { id: 'b' } });
  const end = history.phase('end');
  expect(faultWindowsOf(history.events).map(({ toNs }) => toNs)).toEqual([end.monoNs, healed.monoNs]);
});

test('two of a kind end in the order in which they began, and what was never healed lasts to the end', () => {
  const history = new HistoryRecorder(null);
  const first = history.inject({ fault: 'latency', target: 'edge@web-1' });
  const other = history.inject({ fault: 'latency', target: 'edge@web-2' });
  const second = history.inject({ fault: 'latency', target: 'edge@web-1' });
  history.evidence({ fault: 'latency', target: 'edge@web-1' });
  const healed = history.heal({ fault: 'latency', target: 'edge@web-1' });
  const end = history.phase('end');

  const windows = faultWindowsOf(history.events);
  expect(windows.map(({ inject, fromNs, toNs }) => [inject, fromNs, toNs])).toEqual([
    [first.index, first.monoNs, healed.monoNs],
    [other.index, other.monoNs, end.monoNs],
    [second.index, second.monoNs, end.monoNs],
  ]);
  expect(isUnderFault(windows, 0, first.monoNs)).toBe(false);
  expect(isUnderFault(windows, 0, first.monoNs + 1)).toBe(true);
});
