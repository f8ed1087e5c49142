'use client';

import { NumberField } from '@base-ui/react/number-field';
import { Minus, Plus } from 'lucide-react';
import type { ReactNode } from 'react';

interface QuantityFieldProps {
  /** Says of what, since a cart has several of these. */
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (quantity: number) => void;
  readonly disabled?: boolean;
}

const STEP =
  'flex size-12 cursor-pointer items-center justify-center text-ink transition-colors hover:bg-sunken data-disabled:cursor-not-allowed data-disabled:text-soft/50 data-disabled:hover:bg-transparent first:rounded-l-full last:rounded-r-full';

export function QuantityField(props: QuantityFieldProps): ReactNode {
  return (
    <NumberField.Root
      value={props.value}
      min={props.min}
      max={props.max}
      disabled={props.disabled ?? false}
      // An emptied field is someone in the middle of typing, not a wish for none.
      onValueChange={(quantity) => {
        if (quantity !== null && quantity !== props.value) props.onChange(quantity);
      }}
    >
      <NumberField.Group className="has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-2 has-[input:focus-visible]:outline-kelp inline-flex items-center rounded-full border border-line-strong bg-raised">
        <NumberField.Decrement aria-label={`Fewer: ${props.label}`} className={STEP}>
          <Minus aria-hidden className="size-4" />
        </NumberField.Decrement>
        <NumberField.Input
          aria-label={`Quantity: ${props.label}`}
          className="h-12 w-9 bg-transparent text-center text-base font-medium tabular-nums outline-none"
        />
        <NumberField.Increment aria-label={`More: ${props.label}`} className={STEP}>
          <Plus aria-hidden className="size-4" />
        </NumberField.Increment>
      </NumberField.Group>
    </NumberField.Root>
  );
}
