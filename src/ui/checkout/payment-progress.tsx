'use client';

import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { PaymentOrigin } from './payment-state.ts';

/** After so long a silent page looks broken, so it says that it still waits. */
const STILL_WAITING_MS = 3_000;
/** After so long the customer wonders whether to do something, so it says what. */
const UNUSUALLY_LONG_MS = 10_000;

const TITLES: Record<PaymentOrigin, string> = {
  here: 'Paying…',
  again: 'Asking after your payment…',
  resumed: 'Carrying on with your payment…',
  elsewhere: 'Your payment is under way…',
};

const FIRST_LINES: Record<PaymentOrigin, string> = {
  here: 'We are asking your bank. It mostly takes a second or two.',
  again: 'It is the same payment as before, so your card can’t be charged twice.',
  resumed:
    'You began it before this page was loaded. It goes on as the same payment: your card is charged once.',
  elsewhere: 'It was begun in another tab or on another device. This page waits for the same answer.',
};

/** Shows that a payment goes on, in words that change with the time it takes. */
export function PaymentProgress(props: { origin: PaymentOrigin; sinceMs: number }): ReactNode {
  const elapsedMs = useElapsedMs(props.sinceMs);
  const box = useRef<HTMLDivElement>(null);
  // Below the button on a phone it may lie outside the screen; the focus stays where the press was.
  useEffect(() => {
    // In a block: newer browsers answer with a promise, which React would take for the effect’s end.
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const line =
    elapsedMs < STILL_WAITING_MS
      ? FIRST_LINES[props.origin]
      : elapsedMs < UNUSUALLY_LONG_MS
        ? 'Still waiting for the bank…'
        : 'This takes longer than usual. We keep asking about this one payment, so your card can’t be charged twice.';
  return (
    <div
      ref={box}
      className="max-w-2xl scroll-mt-28 scroll-mb-6 animate-arrive rounded-2xl border border-line bg-raised p-5 sm:p-7"
    >
      <div aria-hidden className="mb-5 h-1 overflow-hidden rounded-full bg-sunken">
        <div className="h-full w-2/5 animate-travel rounded-full bg-kelp" />
      </div>
      <h2 className="text-2xl">{TITLES[props.origin]}</h2>
      <p className="mt-1.5">{line}</p>
      <p className="mt-3 text-[0.95rem] text-soft">
        You may keep this page open, reload it, or close it: the payment is the same one whenever you come
        back.
      </p>
    </div>
  );
}

function useElapsedMs(sinceMs: number): number {
  const [nowMs, setNowMs] = useState(sinceMs);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, nowMs - sinceMs);
}
