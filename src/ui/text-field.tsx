'use client';

import { Field } from '@base-ui/react/field';
import type { HTMLInputAutoCompleteAttribute, ReactNode } from 'react';

interface TextFieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoComplete: HTMLInputAutoCompleteAttribute;
  readonly type?: 'text' | 'email';
  readonly inputMode?: 'text' | 'email' | 'numeric';
  readonly hint?: string;
  readonly optional?: boolean;
  readonly maxLength?: number;
  /** What the whole value must look like. For e-mail too: browsers accept addresses that no mail would reach. */
  readonly pattern?: string;
  /** What to say instead of the browser's own sentence. */
  readonly missing?: string;
  readonly invalid?: string;
}

export const FIELD_BOX =
  'min-h-12 w-full rounded-xl border border-line-strong bg-raised px-4 text-base text-ink transition-colors placeholder:text-soft hover:border-ink focus-visible:border-kelp focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-kelp data-invalid:border-clay data-invalid:outline-clay';

export const FIELD_LABEL = 'mb-1.5 flex items-baseline justify-between gap-2 text-[0.95rem] font-medium';

const FIELD_ERROR = 'mt-1.5 text-sm font-medium text-clay';

export function TextField(props: TextFieldProps): ReactNode {
  const { label, hint, optional = false, missing, invalid, onChange, ...control } = props;
  const missingText = missing ?? 'Please fill this in.';
  const invalidText = invalid ?? 'This does not look right yet.';
  return (
    <Field.Root
      name={props.name}
      className="block"
      // 'required' is content with blanks.
      validate={(value) =>
        !optional && typeof value === 'string' && value !== '' && value.trim() === '' ? missingText : null
      }
    >
      <Field.Label className={FIELD_LABEL}>
        {label}
        {optional && <span className="text-sm font-normal text-soft">optional</span>}
      </Field.Label>
      <Field.Control {...control} required={!optional} onValueChange={onChange} className={FIELD_BOX} />
      {hint !== undefined && (
        <Field.Description className="mt-1.5 text-sm text-soft">{hint}</Field.Description>
      )}
      <Field.Error match="valueMissing" className={FIELD_ERROR}>
        {missingText}
      </Field.Error>
      <Field.Error match="customError" className={FIELD_ERROR} />
      <Field.Error match="patternMismatch" className={FIELD_ERROR}>
        {invalidText}
      </Field.Error>
    </Field.Root>
  );
}
