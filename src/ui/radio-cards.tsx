'use client';

import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { useId, type ReactNode } from 'react';

interface RadioCard<Value extends string> {
  readonly value: Value;
  readonly title: string;
  readonly detail: string;
  /** At the right edge: a price, or the end of a card number. */
  readonly aside?: ReactNode;
}

interface RadioCardsProps<Value extends string> {
  readonly name: string;
  readonly legend: string;
  /** As a section's title, where the choice is all that the section holds. */
  readonly legendLook?: 'title' | 'label';
  readonly hint?: string;
  readonly value: Value;
  readonly options: readonly RadioCard<Value>[];
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
}

/** A choice of one, each option a card that can be pressed anywhere. */
export function RadioCards<Value extends string>(props: RadioCardsProps<Value>): ReactNode {
  const id = useId();
  return (
    <div>
      <p
        id={id}
        className={props.legendLook === 'title' ? 'mb-5 font-display text-2xl' : 'text-[0.95rem] font-medium'}
      >
        {props.legend}
      </p>
      {props.hint !== undefined && (
        <p id={`${id}hint`} className="mt-0.5 text-sm text-soft">
          {props.hint}
        </p>
      )}
      <RadioGroup
        name={props.name}
        value={props.value}
        onValueChange={(value) => props.onChange(value)}
        disabled={props.disabled ?? false}
        aria-labelledby={id}
        aria-describedby={props.hint === undefined ? undefined : `${id}hint`}
        className="mt-3 overflow-hidden rounded-2xl border border-line-strong bg-raised"
      >
        {props.options.map((option) => (
          <label
            key={option.value}
            className="flex min-h-16 cursor-pointer items-center gap-3.5 border-t border-line px-4 py-3 transition-colors first:border-t-0 hover:bg-sunken/60 has-data-checked:bg-sunken has-data-disabled:cursor-not-allowed has-data-disabled:opacity-65"
          >
            <Radio.Root
              value={option.value}
              className="flex size-5.5 shrink-0 items-center justify-center rounded-full border-[1.5px] border-line-strong bg-raised data-checked:border-kelp data-checked:bg-kelp"
            >
              <Radio.Indicator className="size-2 rounded-full bg-on-kelp data-unchecked:hidden" />
            </Radio.Root>
            <span className="min-w-0 grow leading-snug">
              <span className="block font-medium">{option.title}</span>
              <span className="block text-sm text-soft">{option.detail}</span>
            </span>
            {option.aside !== undefined && (
              <span className="shrink-0 text-sm tabular-nums">{option.aside}</span>
            )}
          </label>
        ))}
      </RadioGroup>
    </div>
  );
}
