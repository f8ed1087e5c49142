import type { ReactNode } from 'react';
import { AddressLines } from '../address-lines.tsx';
import { Button } from '../button.tsx';
import type { Checkout } from '../shop-types.ts';
import { DELIVERIES } from './deliveries.ts';

interface DetailsSummaryProps {
  readonly contact: NonNullable<Checkout['contact']>;
  readonly address: NonNullable<Checkout['address']>;
  readonly delivery: Checkout['delivery'];
  /** Absent while a payment is under way: then nothing may change. */
  readonly onChange?: (() => void) | undefined;
}

export function DetailsSummary({ contact, address, delivery, onChange }: DetailsSummaryProps): ReactNode {
  return (
    <section aria-labelledby="sent-to" className="rounded-2xl border border-line bg-raised p-5 sm:p-6">
      <div className="mb-3 flex items-center justify-between gap-3">
        <h2 id="sent-to" className="text-2xl">
          Sent to
        </h2>
        {onChange !== undefined && (
          <Button look="quiet" onClick={onChange} className="-my-2 -mr-3" aria-label="Change your details">
            Change
          </Button>
        )}
      </div>
      <div className="grid gap-4 text-[0.95rem] sm:grid-cols-2">
        <AddressLines fullName={contact.fullName} address={address} />
        <div className="break-words text-soft">
          <p>{contact.email}</p>
          <p>{DELIVERIES[delivery].title} delivery</p>
        </div>
      </div>
    </section>
  );
}
