'use client';

import { Select } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { COUNTRIES } from './countries.ts';
import { FIELD_BOX, FIELD_LABEL } from './text-field.tsx';

interface CountryFieldProps {
  /** ISO 3166 alpha-2. */
  readonly value: string;
  readonly onChange: (country: string) => void;
}

export function CountryField({ value, onChange }: CountryFieldProps): ReactNode {
  return (
    <Select.Root
      name="country"
      autoComplete="country"
      items={COUNTRIES}
      value={value}
      onValueChange={(country) => {
        if (country !== null) onChange(country);
      }}
    >
      <Select.Label className={FIELD_LABEL}>Country</Select.Label>
      <Select.Trigger
        className={`${FIELD_BOX} flex cursor-pointer items-center justify-between gap-3 text-left`}
      >
        <Select.Value />
        <Select.Icon>
          <ChevronDown aria-hidden className="size-5 text-soft" />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner
          className="z-30 outline-none select-none"
          sideOffset={6}
          alignItemWithTrigger={false}
        >
          <Select.Popup className="max-h-[min(22rem,var(--available-height))] min-w-[var(--anchor-width)] overflow-y-auto rounded-xl border border-line bg-raised p-1.5 text-ink shadow-lift outline-none">
            <Select.List>
              {COUNTRIES.map((country) => (
                <Select.Item
                  key={country.value}
                  value={country.value}
                  className="grid min-h-11 cursor-pointer grid-cols-[1.25rem_1fr] items-center gap-2 rounded-lg py-1.5 pr-4 pl-2.5 outline-none data-highlighted:bg-kelp data-highlighted:text-on-kelp"
                >
                  <Select.ItemIndicator className="col-start-1">
                    <Check aria-hidden className="size-4" />
                  </Select.ItemIndicator>
                  <Select.ItemText className="col-start-2">{country.label}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
