'use client';

import { useEffect, useState, type ReactNode } from 'react';
import { Button, LinkButton } from '../button.tsx';
import { usePayment, usePendingPayment } from '../checkout/use-payment.ts';
import { useRefresh } from '../checkout/use-checkout.ts';
import { Notice } from '../notice.tsx';

/** How often the page asks what became of the payment. */
const ASK_MS = 4_000;

/**
 * Tells that this cart is being paid for, and lets a customer who wants something else end that first: an
 * attempt that never began is closed, so that no late copy of it can pay for the old cart.
 */
export function CartPaymentNotice(): ReactNode {
  const pending = usePendingPayment();
  const { state, desk } = usePayment();
  const refresh = useRefresh();
  const [closing, setClosing] = useState(false);
  const [tried, setTried] = useState(false);

  // Only asked, not sent again: whoever left the payment's page for the cart may want something else.
  const waits = pending !== null && state.kind !== 'paying';
  useEffect(() => {
    if (!waits) return;
    void desk.ask();
    const timer = setInterval(() => void desk.ask(), ASK_MS);
    return () => clearInterval(timer);
  }, [desk, waits]);

  const paid = state.kind === 'paid';
  useEffect(() => {
    // What was paid for has left the cart.
    if (paid) void refresh.afterPaid();
    // `refresh` is another object each time, and does the same.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [paid]);

  async function stop(): Promise<void> {
    setClosing(true);
    try {
      await desk.close();
      setTried(true);
      await refresh.afterPaid();
    } finally {
      setClosing(false);
    }
  }

  return (
    <div aria-live="polite" className="mb-8 empty:hidden">
      {state.kind === 'paid' && (
        <Notice
          tone="good"
          title={`Order ${state.reference} is paid.`}
          actions={<LinkButton href={`/checkout/confirmation/${state.orderId}`}>See the order</LinkButton>}
        />
      )}
      {pending === null && state.kind === 'refused' && tried && (
        <Notice tone="plain" title="That payment is stopped. Nothing was charged.">
          <p>You can change your cart now.</p>
        </Notice>
      )}
      {(pending !== null || state.kind === 'paying') && state.kind !== 'paid' && (
        <Notice
          tone="unsure"
          title={
            state.kind === 'unknown'
              ? 'We don’t know yet whether your payment went through.'
              : 'A payment for this cart is under way.'
          }
          actions={
            <>
              <LinkButton href="/checkout">See the payment</LinkButton>
              {state.kind !== 'paying' && (
                <Button look="secondary" busy={closing} onClick={() => void stop()}>
                  Stop it and change the cart
                </Button>
              )}
            </>
          }
        >
          <p>
            {tried && state.kind === 'unknown'
              ? 'It can’t be stopped right now: we don’t know yet whether it went through. Please don’t pay again.'
              : 'Until it has ended, the cart stays as it is. If it has not begun, you can stop it.'}
          </p>
        </Notice>
      )}
    </div>
  );
}
