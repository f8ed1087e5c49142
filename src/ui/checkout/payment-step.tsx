'use client';

import { Lock } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button, LinkButton } from '../button.tsx';
import { formatMoney } from '../money.tsx';
import { Notice } from '../notice.tsx';
import { RadioCards } from '../radio-cards.tsx';
import type { Checkout } from '../shop-types.ts';
import { PaymentProgress } from './payment-progress.tsx';
import type { NotSent, PaymentState } from './payment-state.ts';
import { refusalText } from './refusals.ts';
import { TEST_CARDS, type TestCard } from './test-cards.ts';
import { usePreparedPayment } from './use-checkout.ts';

const NOT_SENT: Record<NotSent, { title: string; text: string }> = {
  offline: {
    title: 'This device is offline.',
    text: 'Nothing was sent, so nothing was charged. Pay when you are connected again.',
  },
  'not-stored': {
    title: 'This browser could not keep the payment safe, so we did not send it.',
    text: 'Nothing was charged. Make room on this device, or allow this site to store data, and try again.',
  },
};

interface PaymentStepProps {
  readonly checkout: Checkout;
  readonly state: PaymentState;
  readonly onPay: (card: TestCard) => void;
  readonly onEditDetails: () => void;
  /** Reads the checkout again: another tab has changed it. */
  readonly onReload: () => void;
}

/**
 * The only place that offers a payment. While one goes on it stays as it is, but takes no press: were it gone,
 * the second click of a double click would hit whatever moved up in its place.
 */
export function PaymentStep({
  checkout,
  state,
  onPay,
  onEditDetails,
  onReload,
}: PaymentStepProps): ReactNode {
  const [card, setCard] = useState<TestCard>('pm_card_visa');
  const prepared = usePreparedPayment(checkout, true);
  const ready = checkout.paymentPrepared || prepared.isSuccess;
  const paying = state.kind === 'paying';
  const total = formatMoney(checkout.totalMinor, checkout.currency);
  return (
    <section aria-labelledby="payment" className="space-y-6">
      <h2 id="payment" className="text-2xl">
        Payment
      </h2>
      <RadioCards
        name="card"
        legend="Test cards"
        hint="This is a demonstration: no real card, no real money. Choose how the bank shall answer."
        value={card}
        onChange={setCard}
        options={TEST_CARDS}
        disabled={paying}
      />
      <div role="alert" className="empty:mb-0">
        {state.kind === 'refused' && (
          <RefusedNotice code={state.code} told={state} onEditDetails={onEditDetails} />
        )}
        {state.kind === 'idle' && state.notSent !== null && (
          <Notice tone="bad" title={NOT_SENT[state.notSent].title}>
            <p>{NOT_SENT[state.notSent].text}</p>
          </Notice>
        )}
        {!ready && prepared.isError && (
          <Notice
            tone="bad"
            title="The payment could not be set up."
            actions={
              <Button look="secondary" busy={prepared.isFetching} onClick={onReload}>
                Set it up again
              </Button>
            }
          >
            <p>
              Nothing was charged. Either the shop did not answer, or this checkout was changed in another
              tab.
            </p>
          </Notice>
        )}
      </div>
      <div>
        <Button
          className="w-full text-lg tabular-nums sm:w-auto sm:min-w-64"
          disabled={!ready}
          busy={paying || (!ready && prepared.isFetching)}
          onClick={() => onPay(card)}
        >
          Pay {total}
        </Button>
        <p className="mt-3.5 flex items-start gap-2 text-sm text-soft">
          <Lock aria-hidden className="mt-0.5 size-4 shrink-0" />
          You are charged once, however often you press, reload, or lose the connection.
        </p>
      </div>
      <div aria-live="polite" className="empty:hidden">
        {paying && <PaymentProgress origin={state.origin} sinceMs={state.sinceMs} />}
      </div>
    </section>
  );
}

interface RefusedNoticeProps {
  readonly code: string;
  readonly told: { title: string; detail: string };
  readonly onEditDetails: () => void;
}

function RefusedNotice({ code, told, onEditDetails }: RefusedNoticeProps): ReactNode {
  const refusal = refusalText(code, told);
  const actions = {
    'another-card': undefined,
    'confirm-again': undefined,
    details: (
      <Button look="secondary" onClick={onEditDetails}>
        Complete your details
      </Button>
    ),
    cart: (
      <>
        <LinkButton look="secondary" href="/cart">
          Look at your cart
        </LinkButton>
        <LinkButton look="quiet" href="/orders">
          Your orders
        </LinkButton>
      </>
    ),
  }[refusal.next];
  return (
    <Notice tone="bad" title={refusal.title} actions={actions}>
      <p>{refusal.text}</p>
    </Notice>
  );
}
