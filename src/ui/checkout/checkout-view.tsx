'use client';

import { ChevronDown } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { refusalOf } from '../../client/index.ts';
import { Arrival } from '../arrival.tsx';
import { Money } from '../money.tsx';
import { Notice } from '../notice.tsx';
import { OrderLines } from '../order-lines.tsx';
import { PageHeading } from '../page-heading.tsx';
import { QueryProblem } from '../query-problem.tsx';
import type { Checkout } from '../shop-types.ts';
import { Loading, Skeleton } from '../skeleton.tsx';
import { DetailsForm } from './details-form.tsx';
import { DetailsSummary } from './details-summary.tsx';
import { LiveOrder } from './live-order.tsx';
import { NothingToPay } from './nothing-to-pay.tsx';
import { PaymentProgress } from './payment-progress.tsx';
import type { PaymentState } from './payment-state.ts';
import { PaymentStep } from './payment-step.tsx';
import { PaymentUnknown } from './payment-unknown.tsx';
import { refusalText } from './refusals.ts';
import { useCheckout, useRefresh } from './use-checkout.ts';
import { usePayment, usePendingPayment } from './use-payment.ts';

export function CheckoutView(): ReactNode {
  const router = useRouter();
  const { state, desk } = usePayment();
  const pending = usePendingPayment();
  const checkout = useCheckout();
  const refresh = useRefresh();
  const [editing, setEditing] = useState(false);

  // What an earlier visit ended with has been seen; what is stored goes on.
  useEffect(() => {
    desk.leave();
    const stopWatching = desk.watch();
    return () => {
      stopWatching();
      desk.leave();
    };
  }, [desk]);

  // Replaced, not pushed: 'back' from the confirmation must not lead to a page that offers to pay.
  const showPaid = useCallback(
    (orderId: string) => router.replace(`/checkout/confirmation/${orderId}`),
    [router],
  );

  useEffect(() => {
    // What the effect above has just left behind is old news.
    if (desk.state !== state) return;
    if (state.kind === 'paid') {
      void refresh.afterPaid();
      showPaid(state.orderId);
    }
    if (state.kind === 'refused') {
      void refresh.checkout();
      if (refusalText(state.code, null).next === 'details') setEditing(true);
    }
    // `refresh` is another object each time, and does the same.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [state, desk, showPaid]);

  const live = checkout.data?.liveOrder ?? null;
  const livePaid = live?.status === 'paid' ? live.orderId : null;
  useEffect(() => {
    if (livePaid !== null) showPaid(livePaid);
  }, [livePaid, showPaid]);

  // A stored attempt counts before the desk has taken it up: between the two no Pay button may show.
  const shown: PaymentState =
    pending !== null && (state.kind === 'idle' || state.kind === 'refused')
      ? { kind: 'paying', sinceMs: pending.createdAtMs, origin: 'resumed' }
      : state;
  const waitsElsewhere = live?.status === 'pending' && (shown.kind === 'idle' || shown.kind === 'refused');
  const payingHere = shown.kind === 'paying' && shown.origin === 'here';
  const offersPayment =
    (shown.kind === 'idle' || shown.kind === 'refused') && !waitsElsewhere && livePaid === null;

  return (
    <div
      data-testid="payment-state"
      data-state={waitsElsewhere ? 'paying' : livePaid !== null ? 'paid' : shown.kind}
    >
      <PageHeading>Checkout</PageHeading>
      {checkout.data === undefined && offersPayment ? (
        <NoCheckout checkout={checkout} />
      ) : (
        <div className="grid gap-8 lg:grid-cols-[1fr_22rem] lg:items-start lg:gap-14">
          {checkout.data !== undefined && <Summary checkout={checkout.data} />}
          <div className="min-w-0 space-y-8 lg:col-start-1 lg:row-start-1">
            <div aria-live="polite" className="empty:mb-0">
              {shown.kind === 'paying' && !payingHere && (
                <PaymentProgress key={shown.origin} origin={shown.origin} sinceMs={shown.sinceMs} />
              )}
              {shown.kind === 'unknown' && (
                <Arrival>
                  <PaymentUnknown
                    why={shown.why}
                    operationId={shown.operationId}
                    onAsk={() => void desk.ask()}
                    onCheckAgain={() => void desk.checkAgain()}
                  />
                </Arrival>
              )}
              {(shown.kind === 'paid' || livePaid !== null) && (
                <Notice tone="good" title="Paid. Taking you to your order…" />
              )}
              {waitsElsewhere && live !== null && (
                <LiveOrder orderId={live.orderId} onPaid={showPaid} onGoOn={() => void refresh.checkout()} />
              )}
            </div>
            {checkout.data !== undefined && (offersPayment || payingHere) && (
              <Steps
                checkout={checkout.data}
                state={shown}
                editing={editing}
                onEdit={setEditing}
                onReload={() => void refresh.checkout()}
                onPay={(paymentMethod) => {
                  const { checkoutId, version } = checkout.data;
                  void desk.pay({ checkoutId, version, paymentMethod });
                }}
              />
            )}
          </div>
        </div>
      )}
    </div>
  );
}

function NoCheckout({ checkout }: { checkout: ReturnType<typeof useCheckout> }): ReactNode {
  if (!checkout.isError) return <CheckoutSkeleton />;
  if (refusalOf(checkout.error)?.code === 'EMPTY_CART') return <NothingToPay />;
  return (
    <QueryProblem
      what="your checkout"
      retrying={checkout.isFetching}
      onRetry={() => void checkout.refetch()}
    />
  );
}

interface StepsProps {
  readonly checkout: Checkout;
  readonly state: PaymentState;
  readonly editing: boolean;
  readonly onEdit: (editing: boolean) => void;
  readonly onReload: () => void;
  readonly onPay: (paymentMethod: string) => void;
}

function Steps({ checkout, state, editing, onEdit, onReload, onPay }: StepsProps): ReactNode {
  const { contact, address, delivery } = checkout;
  const [cameFromDetails, setCameFromDetails] = useState(false);
  const canChange = state.kind !== 'paying';
  if ((editing && canChange) || contact === null || address === null) {
    return (
      <DetailsForm
        checkout={checkout}
        onSaved={() => {
          setCameFromDetails(true);
          onEdit(false);
        }}
        onRefused={onReload}
      />
    );
  }
  const payment = (
    <PaymentStep
      checkout={checkout}
      state={state}
      onPay={onPay}
      onEditDetails={() => onEdit(true)}
      onReload={onReload}
    />
  );
  return (
    <>
      <DetailsSummary
        contact={contact}
        address={address}
        delivery={delivery}
        onChange={canChange ? () => onEdit(true) : undefined}
      />
      {cameFromDetails ? <Arrival>{payment}</Arrival> : payment}
    </>
  );
}

/** Beside the form on a wide screen; on a phone one line above it, which opens. */
function Summary({ checkout }: { checkout: Checkout }): ReactNode {
  const lines = (
    <OrderLines
      {...checkout}
      deliveryMinor={checkout.address === null ? null : checkout.deliveryMinor}
      totalMinor={checkout.address === null ? checkout.subtotalMinor : checkout.totalMinor}
    />
  );
  return (
    <aside aria-label="Your order" className="lg:sticky lg:top-28 lg:col-start-2 lg:row-start-1">
      <details className="group rounded-2xl border border-line bg-raised lg:hidden">
        <summary className="flex min-h-14 cursor-pointer list-none items-center justify-between gap-3 rounded-2xl px-5 font-medium [&::-webkit-details-marker]:hidden">
          <span className="flex items-center gap-2">
            Your order
            <ChevronDown
              aria-hidden
              className="size-4.5 text-soft transition-transform group-open:rotate-180"
            />
          </span>
          <Money
            minor={checkout.address === null ? checkout.subtotalMinor : checkout.totalMinor}
            currency={checkout.currency}
          />
        </summary>
        <div className="px-5 pt-2 pb-5">{lines}</div>
      </details>
      <div className="hidden rounded-2xl border border-line bg-raised p-6 lg:block">
        <h2 className="mb-5 text-2xl">Your order</h2>
        {lines}
      </div>
    </aside>
  );
}

function CheckoutSkeleton(): ReactNode {
  return (
    <Loading what="your checkout">
      <div className="grid gap-8 lg:grid-cols-[1fr_22rem] lg:gap-14">
        <div className="space-y-5">
          <Skeleton className="h-8 w-40" />
          <Skeleton className="h-12" />
          <Skeleton className="h-12" />
          <Skeleton className="h-8 w-40" />
          <Skeleton className="h-12" />
          <Skeleton className="h-12" />
        </div>
        <Skeleton className="hidden h-80 lg:block" />
      </div>
    </Loading>
  );
}
