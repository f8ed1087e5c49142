import { z } from 'zod';

/** Text that Postgres can hold: valid Unicode, without the one character that its `text` lacks. */
export function text(maxLength: number) {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), { error: 'must be valid text' });
}

/** The id or SKU of something; an unknown one finds nothing. */
export const id = text(64);
