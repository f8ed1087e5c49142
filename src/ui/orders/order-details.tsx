import type { ReactNode } from 'react';
import { AddressLines } from '../address-lines.tsx';
import { DELIVERIES } from '../checkout/deliveries.ts';
import { formatDate } from '../format-date.ts';
import { OrderLines } from '../order-lines.tsx';
import type { Order } from '../shop-types.ts';

/** An order that isn't paid was not bought, goes nowhere yet, and has no receipt. */
const WORDS: Record<Order['status'], { pieces: string; place: string; email: string }> = {
  paid: { pieces: 'What you bought', place: 'Where it goes', email: 'Receipt to' },
  pending: { pieces: 'What you ordered', place: 'Where it shall go', email: 'E-mail' },
  failed: { pieces: 'What you ordered', place: 'Where it was to go', email: 'E-mail' },
};

/** All that an order holds, shown by the order's page and by the confirmation. */
export function OrderDetails({ order }: { order: Order }): ReactNode {
  const words = WORDS[order.status];
  return (
    <div className="grid gap-6 md:grid-cols-[1.25fr_1fr] md:items-start">
      <section aria-labelledby="pieces" className="rounded-2xl border border-line bg-raised p-5 sm:p-7">
        <h2 id="pieces" className="mb-5 text-2xl">
          {words.pieces}
        </h2>
        <OrderLines {...order} />
      </section>
      <section aria-labelledby="facts" className="rounded-2xl border border-line bg-raised p-5 sm:p-7">
        <h2 id="facts" className="mb-5 text-2xl">
          {words.place}
        </h2>
        <AddressLines fullName={order.contact.fullName} address={order.address} />
        <dl className="mt-5 space-y-3 border-t border-line pt-5 text-[0.95rem]">
          <Fact term="Delivery">{DELIVERIES[order.delivery].title}</Fact>
          <Fact term={words.email}>{order.contact.email}</Fact>
          <Fact term="Ordered">{formatDate(order.createdAt)}</Fact>
          {order.settledAt !== null && (
            <Fact term={order.status === 'paid' ? 'Paid' : 'Ended'}>{formatDate(order.settledAt)}</Fact>
          )}
          <Fact term="Operation">
            <span data-testid="operation-id" className="font-mono text-[0.8rem] break-all">
              {order.operationId}
            </span>
          </Fact>
        </dl>
      </section>
    </div>
  );
}

function Fact(props: { term: string; children: ReactNode }): ReactNode {
  return (
    <div className="grid grid-cols-[6.5rem_1fr] gap-3">
      <dt className="text-soft">{props.term}</dt>
      <dd className="min-w-0 break-words">{props.children}</dd>
    </div>
  );
}
