import { z } from 'zod';

const isStorable = (value: string): boolean => value.isWellFormed() && !value.includes('\0');
const wrong = { error: 'must be valid text' };

/** Text that Postgres can hold: valid Unicode, without the one character that its `text` lacks. */
export function text(maxLength: number) {
  return z.string().min(1).max(maxLength).refine(isStorable, wrong);
}

/** What a person typed into one line of a form: text, with the blanks around it taken off before it is measured. */
export function line(maxLength: number) {
  return z.string().trim().min(1).max(maxLength).refine(isStorable, wrong);
}

/** The id or SKU of something; an unknown one finds nothing. */
export const id = text(64);
