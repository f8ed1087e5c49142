import type { ReactNode } from 'react';

const formats = new Map<string, Intl.NumberFormat>();

/** '€28.00': one spelling everywhere, whatever the reader's locale, so that two places can't disagree. */
export function formatMoney(minor: number, currency: string): string {
  let format = formats.get(currency);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-IE', { style: 'currency', currency });
    formats.set(currency, format);
  }
  // Two decimals: the shop sells in euros. The division is for display only; all sums are made in cents.
  return format.format(minor / 100);
}

export function Money(props: { minor: number; currency: string; className?: string }): ReactNode {
  return (
    <span className={`tabular-nums ${props.className ?? ''}`}>
      {formatMoney(props.minor, props.currency)}
    </span>
  );
}
