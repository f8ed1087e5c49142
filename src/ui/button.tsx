'use client';

import { Button as BaseButton } from '@base-ui/react/button';
import { LoaderCircle } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

type Look = 'primary' | 'secondary' | 'quiet';

const SHARED =
  'inline-flex min-h-12 cursor-pointer items-center justify-center gap-2.5 rounded-full px-6 py-2.5 text-center font-medium leading-tight transition-[background-color,border-color,color,scale] select-none active:scale-[0.985] data-disabled:cursor-not-allowed data-disabled:active:scale-100';

const LOOKS: Record<Look, string> = {
  primary: 'bg-kelp text-on-kelp hover:bg-kelp-deep data-disabled:bg-kelp/70',
  secondary: 'border border-line-strong text-ink hover:border-ink hover:bg-sunken data-disabled:opacity-60',
  quiet:
    'px-3 text-kelp underline decoration-1 underline-offset-4 hover:decoration-2 data-disabled:opacity-60',
};

interface ButtonProps {
  readonly children: ReactNode;
  readonly look?: Look;
  readonly type?: 'button' | 'submit';
  readonly disabled?: boolean;
  /** Shows that work goes on. The button then takes no press, but keeps the focus. */
  readonly busy?: boolean;
  readonly onClick?: () => void;
  readonly className?: string;
  readonly 'aria-label'?: string;
}

export function Button(props: ButtonProps): ReactNode {
  const {
    children,
    look = 'primary',
    type = 'button',
    disabled = false,
    busy = false,
    className,
    ...rest
  } = props;
  return (
    <BaseButton
      {...rest}
      type={type}
      disabled={disabled || busy}
      focusableWhenDisabled
      aria-busy={busy || undefined}
      className={classNames(SHARED, LOOKS[look], className)}
    >
      {busy && <LoaderCircle aria-hidden className="size-5 animate-spin" />}
      {children}
    </BaseButton>
  );
}

interface LinkButtonProps {
  readonly href: string;
  readonly children: ReactNode;
  readonly look?: Look;
  readonly className?: string;
}

/** Goes somewhere, so it is a link to the keyboard and the screen reader; only its look is a button's. */
export function LinkButton({ href, children, look = 'primary', className }: LinkButtonProps): ReactNode {
  return (
    <Link href={href} className={classNames(SHARED, LOOKS[look], className)}>
      {children}
    </Link>
  );
}
