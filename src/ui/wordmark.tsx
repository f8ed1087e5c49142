import type { ReactNode } from 'react';

/** The potter's stamp and the name. */
export function Wordmark(): ReactNode {
  return (
    <span className="flex items-center gap-2.5">
      <svg viewBox="0 0 32 32" aria-hidden className="size-8 text-kelp sm:size-9">
        <circle cx="16" cy="16" r="15" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path
          d="M7 12.500h18M9 12.500c.4 6.500 2.600 10.500 7 10.500s6.600-4 7-10.500"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.700"
          strokeLinecap="round"
        />
        <path
          d="M12.500 8.500c1.200-1.100 2.300-1.100 3.500 0s2.300 1.100 3.500 0"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.500"
          strokeLinecap="round"
        />
      </svg>
      <span className="font-display text-[1.45rem] leading-none tracking-[-0.02em] sm:text-[1.7rem]">
        Ostrand
      </span>
    </span>
  );
}
