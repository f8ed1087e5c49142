import { neverRuns } from './answers.ts';
import { HandMade } from './hand-made.ts';

/**
 * A run with everything in it: two that bought at once, one whose answer was lost and who retried,
 * one that was declined, one that was declined and then bought, one that came back after healing, a
 * replay, a reused key, a look at a stranger's order. All checkers are valid on it, none vacuous.
 */
export function cleanRun(): HandMade {
  const run = new HandMade();
  run.phase('workload');
  const ada = run.intent('ada1');
  const adasOrder = run.buy(ada);
  run.replay(ada, adasOrder);
  run.attempt(ada, neverRuns('IDEMPOTENCY_KEY_REUSED', 422), { payload: 'another' });

  const bob = run.intent('bob1');
  run.page(bob, { says: 'paying' });
  const bobsOrder = run.buy(bob);
  run.wait(10);
  run.page(bob, {
    says: 'paid',
    page: `/checkout/confirmation/${bobsOrder.orderId}`,
    orderId: bobsOrder.orderId,
  });

  const cyd = run.intent('cyd1');
  const call = run.invoke({ process: cyd.customer, f: 'purchase', intent: cyd.nonce });
  const cydsOrder = run.settlePaid(cyd);
  run.lost(cyd, { call });
  run.wait(250);
  run.replay(cyd, cydsOrder, { call });
  run.complete(call, { type: 'ok', value: cydsOrder });

  const dan = run.intent('dan1', ['declining-card']);
  run.decline(dan);

  const eve = run.intent('eve1', ['declining-card']);
  run.decline(eve);
  run.page(eve, { says: 'refused', offersPayment: true });
  run.wait(1_000);
  run.buy(eve, { key: 'key-eve1-b', ask: { paymentMethod: 'pm_card_visa_eve1' }, payload: 'other card' });

  const look = run.invoke({
    process: bob.customer,
    f: 'readOrder',
    intent: ada.nonce,
    value: { orderId: adasOrder.orderId },
  });
  run.complete(look, neverRuns('NOT_FOUND', 404));

  const fay = run.intent('fay1');
  run.lost(fay);
  run.phase('healing');
  run.wait(1_000);
  run.healed();
  run.buy(fay);
  run.phase('settled');
  run.page(bob, { page: '/orders', orders: [{ orderId: bobsOrder.orderId, status: 'paid' }] });
  run.phase('end');
  return run;
}
