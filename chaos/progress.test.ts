import { expect, test } from 'vitest';
import { progressOf } from './progress.ts';
import { HistoryRecorder } from './history/recorder.ts';

test('of a history, purchases, faults, evidence and phases are told, and attempts are not', () => {
  const told: unknown[] = [];
  const history = new HistoryRecorder(null, (event) => told.push(progressOf(event)));
  const call = history.invoke({ process: 'ada', f: 'purchase' });
  const attempt = history.invoke({ process: 'ada', f: 'placeOrder', call: call.index });
  history.inject({ fault: 'latency', target: 'edge@web-1' });
  history.evidence({ fault: 'answer-late' });
  history.complete(attempt, { type: 'info', errorClass: 'timeout' });
  history.heal({ fault: 'latency', target: 'edge@web-1' });
  history.complete(call, { type: 'info', errorClass: 'timeout' });
  expect(told).toEqual([
    { type: 'phase', phase: 'start' },
    { type: 'purchase', change: 'begun' },
    null,
    { type: 'fault', change: 'inject', fault: 'latency', target: 'edge@web-1' },
    { type: 'evidence', what: 'answer-late' },
    null,
    { type: 'fault', change: 'heal', fault: 'latency', target: 'edge@web-1' },
    { type: 'purchase', change: 'in doubt' },
  ]);
});
