import type { Arrival } from '../arrivals/tcp-recorder.ts';
import type { Intent } from '../final-state.ts';
import { hashOf } from '../history/answer.ts';
import type { OperationEvent } from '../history/event.ts';
import type { Observations } from '../observations.ts';
import type { PlayData } from '../report/analysis/operations.ts';
import { acknowledged } from './answers.ts';
import { HandMade } from './hand-made.ts';

/**
 * Two purchases on web-1, told by every witness. Ada's first answer dies on its way back, while
 * `answer-lost` is on at her node's edge, and her second attempt is a replay. Bob's first request never
 * arrives, and `latency` is on at the other node's database while nobody is there.
 */
export function smallPlay(): PlayData & { run: HandMade } {
  const run = new HandMade();
  const arrivals: Arrival[] = [];
  const arrive = (invoke: OperationEvent, answeredAfterMs: number | null) => {
    const headNs = invoke.monoNs + 1e6;
    arrivals.push({
      node: 'web-1',
      method: 'POST',
      path: '/api/trpc/checkout.placeOrder',
      key: invoke.key,
      attempt: invoke.attempt,
      retryReason: null,
      headNs,
      wholeNs: headNs,
      answeredNs: answeredAfterMs === null ? null : invoke.monoNs + answeredAfterMs * 1e6,
    });
  };
  const send = (intent: Intent, attempt: number, to = '127.0.0.1:1001') =>
    run.invoke({
      process: intent.customer,
      f: 'placeOrder',
      key: `key-${intent.nonce}`,
      intent: intent.nonce,
      attempt,
      to,
      payloadHash: hashOf(intent.nonce),
      value: run.ask(intent),
    });

  run.phase('workload');
  const ada = run.intent('ada1', [], 'plain-1');
  const call = run.invoke({ process: 'plain-1', f: 'purchase', intent: 'ada1' });
  const first = send(ada, 1);
  run.wait(2);
  run.fault('inject', 'answer-lost', 'edge@web-1', 'ada1');
  run.wait(3);
  const order = run.settlePaid(ada);
  arrive(first, 15);
  run.complete(first, { type: 'info', errorClass: 'network' });
  run.fault('heal', 'answer-lost', 'edge@web-1', 'ada1');
  run.wait(100);
  const second = send(ada, 2);
  arrive(second, 3);
  run.complete(second, acknowledged(order, true), 5);
  run.complete(call, { type: 'ok', value: order });

  run.fault('inject', 'latency', 'db@web-2');
  const bob = run.intent('bob1', [], 'plain-2');
  const lost = send(bob, 1, '127.0.0.1:1002');
  run.complete(lost, { type: 'info', errorClass: 'timeout' }, 50);
  run.fault('heal', 'latency', 'db@web-2');
  const again = send(bob, 2);
  arrive(again, 18);
  run.complete(again, acknowledged(run.settlePaid(bob)));
  run.healed();
  run.phase('end');

  const observations: Observations = {
    links: [
      { name: 'edge@web-1', listenPort: 1001 },
      { name: 'edge@web-2', listenPort: 1002 },
    ],
    arrivals,
    arrivalsAreComplete: true,
  };
  return { run, history: run.history, state: run.state, observations };
}
