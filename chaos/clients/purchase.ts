import type { OperationEvent } from '../history/event.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { PurchaseAsk } from '../history/value.ts';
import type { PayEnd } from './shopper.ts';

/** Writes the whole call down as its caller saw it, around the attempts that it makes. */
export async function recordPurchase(
  history: HistoryRecorder,
  { process, intent, ask }: { process: string; intent: string; ask: PurchaseAsk },
  make: (call: OperationEvent) => Promise<PayEnd>,
): Promise<PayEnd> {
  const call = history.invoke({ process, f: 'purchase', intent, value: ask });
  let end: PayEnd;
  try {
    end = await make(call);
  } catch (error) {
    // Every invoke has its end in the history, this one by a crash of the harness.
    history.complete(call, { type: 'info', errorClass: 'harness_error' });
    throw error;
  }
  switch (end.type) {
    case 'ok':
      history.complete(call, { type: 'ok', value: end.order });
      break;
    case 'refused':
      history.complete(call, { type: 'refused', errorClass: end.code });
      break;
    case 'unknown':
      history.complete(call, { type: 'info', errorClass: end.why });
      break;
    default:
      end satisfies never;
  }
  return end;
}
