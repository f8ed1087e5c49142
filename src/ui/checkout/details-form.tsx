'use client';

import { Form } from '@base-ui/react/form';
import { useState, type ReactNode } from 'react';
import { Button } from '../button.tsx';
import { CountryField } from '../country-field.tsx';
import { Notice } from '../notice.tsx';
import { RadioCards } from '../radio-cards.tsx';
import type { Checkout, Delivery } from '../shop-types.ts';
import { TextField } from '../text-field.tsx';
import { DELIVERIES } from './deliveries.ts';
import { useSetDetails } from './use-checkout.ts';

interface DetailsFormProps {
  readonly checkout: Checkout;
  readonly onSaved: () => void;
  /** Something else has happened to the checkout meanwhile: a payment under way, a change in another tab. */
  readonly onRefused: () => void;
}

/** Who buys, and where it goes. It is kept by the server, not in the browser. */
export function DetailsForm({ checkout, onSaved, onRefused }: DetailsFormProps): ReactNode {
  const { contact, address } = checkout;
  const [email, setEmail] = useState(contact?.email ?? '');
  const [fullName, setFullName] = useState(contact?.fullName ?? '');
  const [line1, setLine1] = useState(address?.line1 ?? '');
  const [line2, setLine2] = useState(address?.line2 ?? '');
  const [postalCode, setPostalCode] = useState(address?.postalCode ?? '');
  const [city, setCity] = useState(address?.city ?? '');
  const [country, setCountry] = useState(address?.country ?? 'DE');
  const [delivery, setDelivery] = useState<Delivery>(checkout.delivery);
  const setDetails = useSetDetails();

  function save(): void {
    setDetails.mutate(
      {
        checkoutId: checkout.checkoutId,
        contact: { email: email.trim(), fullName: fullName.trim() },
        address: {
          line1: line1.trim(),
          line2: line2.trim() === '' ? null : line2.trim(),
          city: city.trim(),
          postalCode: postalCode.trim(),
          country,
        },
        delivery,
      },
      { onSuccess: onSaved, onError: onRefused },
    );
  }

  return (
    <Form
      className="space-y-10"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <fieldset className="space-y-5">
        <legend className="mb-5 font-display text-2xl">Contact</legend>
        <TextField
          name="email"
          label="E-mail"
          type="email"
          inputMode="email"
          autoComplete="email"
          value={email}
          onChange={setEmail}
          maxLength={254}
          pattern="[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"
          hint="We write there about this order, and about nothing else."
          missing="Please give an e-mail address: we write there about this order."
          invalid="This does not look like an e-mail address yet."
        />
        <TextField
          name="fullName"
          label="Full name"
          autoComplete="name"
          value={fullName}
          onChange={setFullName}
          maxLength={100}
          missing="Please give the name for the parcel."
        />
      </fieldset>

      <fieldset className="space-y-5">
        <legend className="mb-5 font-display text-2xl">Address</legend>
        <TextField
          name="line1"
          label="Street and number"
          autoComplete="address-line1"
          value={line1}
          onChange={setLine1}
          maxLength={120}
          missing="Please give the street and number."
        />
        <TextField
          name="line2"
          label="Flat, floor, company"
          autoComplete="address-line2"
          value={line2}
          onChange={setLine2}
          maxLength={120}
          optional
        />
        <div className="grid gap-5 min-[26rem]:grid-cols-[9rem_1fr]">
          <TextField
            name="postalCode"
            label="Postal code"
            autoComplete="postal-code"
            value={postalCode}
            onChange={setPostalCode}
            maxLength={20}
            missing="Please give the postal code."
          />
          <TextField
            name="city"
            label="City"
            autoComplete="address-level2"
            value={city}
            onChange={setCity}
            maxLength={80}
            missing="Please give the city."
          />
        </div>
        <CountryField value={country} onChange={setCountry} />
      </fieldset>

      <RadioCards
        name="delivery"
        legend="Delivery"
        legendLook="title"
        value={delivery}
        onChange={setDelivery}
        options={Object.entries(DELIVERIES).map(([value, words]) => ({ value: value as Delivery, ...words }))}
      />

      <div role="alert" className="empty:mb-0">
        {setDetails.isError && (
          <Notice tone="bad" title="We could not save your details.">
            <p>Nothing was charged. What you typed is still here: please try again.</p>
          </Notice>
        )}
      </div>
      <Button type="submit" busy={setDetails.isPending} className="w-full sm:w-auto sm:min-w-64">
        Continue to payment
      </Button>
    </Form>
  );
}
