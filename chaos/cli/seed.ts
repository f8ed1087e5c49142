import { InvalidArgumentError } from 'commander';

export function parseSeed(text: string): string {
  if (text.trim() === '')
    throw new InvalidArgumentError('an empty seed can’t be typed again: leave it out for a new one.');
  return text;
}
