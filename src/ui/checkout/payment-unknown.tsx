'use client';

import { useEffect, type ReactNode } from 'react';
import { Button, LinkButton } from '../button.tsx';
import { Notice } from '../notice.tsx';
import type { Doubt } from './payment-state.ts';

/** How often the page asks by itself what became of the payment. It only asks, it never pays. */
const ASK_MS = 4_000;

const EXPLANATIONS: Record<Doubt, string> = {
  'no-answer':
    'The connection broke before an answer came. Your card may have been charged once; it can’t have been charged twice.',
  'being-verified':
    'We are checking with the bank. Your card may have been charged once; it can’t have been charged twice.',
  'too-old':
    'This payment was begun days ago, so it can’t go through any more; but it may have gone through then, once. Your orders show whether it did.',
};

interface PaymentUnknownProps {
  readonly why: Doubt;
  readonly operationId: string | null;
  readonly onAsk: () => void;
  readonly onCheckAgain: () => void;
}

/** Nothing is known for certain, so nothing here pays anew: one can only ask after the same payment. */
export function PaymentUnknown({ why, operationId, onAsk, onCheckAgain }: PaymentUnknownProps): ReactNode {
  useEffect(() => {
    const timer = setInterval(onAsk, ASK_MS);
    return () => clearInterval(timer);
  }, [onAsk]);
  return (
    <Notice
      tone="unsure"
      title="We don’t know yet whether your payment went through."
      actions={
        <>
          <Button onClick={onCheckAgain}>Check again</Button>
          <LinkButton href="/orders" look="secondary">
            Your orders
          </LinkButton>
        </>
      }
    >
      <p className="font-semibold">Please don’t pay again.</p>
      <p>{EXPLANATIONS[why]}</p>
      {why !== 'too-old' && (
        <p>
          ‘Check again’ asks about this same payment. This page also keeps asking by itself, and tells you as
          soon as we know.
        </p>
      )}
      {operationId !== null && (
        <p className="text-sm text-soft">
          If you write to us, name <span className="font-mono text-[0.8rem] break-all">{operationId}</span>.
        </p>
      )}
    </Notice>
  );
}
