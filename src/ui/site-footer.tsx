import Link from 'next/link';
import type { ReactNode } from 'react';

export function SiteFooter(): ReactNode {
  return (
    <footer className="mt-24 border-t border-line bg-sunken/60">
      <div className="mx-auto grid max-w-6xl gap-10 px-5 py-12 text-[0.95rem] text-soft sm:grid-cols-[1.4fr_1fr_1fr] sm:px-8 sm:py-16">
        <div className="max-w-sm space-y-3">
          <p className="font-display text-xl text-ink">
            Two potters, one kiln, the sea at the end of the road.
          </p>
          <p>
            Everything is thrown, glazed and fired in the old net loft at Ostrand, about forty pieces a week.
          </p>
        </div>
        <div className="space-y-2">
          <h2 className="mb-3 font-text text-sm font-semibold tracking-normal text-ink">The loft</h2>
          <p>Fischerhafen 3, Ostrand</p>
          <p>Open on Fridays, from ten until the light goes.</p>
        </div>
        <div className="space-y-2">
          <h2 className="mb-3 font-text text-sm font-semibold tracking-normal text-ink">Paying here</h2>
          <p>
            An order is charged once, however often a line drops or a button is pressed. If we ever don’t
            know, we say so.
          </p>
          <p>This is a demonstration: test cards only, and no parcel leaves.</p>
          <p>
            <Link
              href="/contract"
              className="inline-flex min-h-11 items-center text-kelp underline decoration-1 underline-offset-4 hover:decoration-2"
            >
              For programs: what callers can rely on
            </Link>
          </p>
        </div>
      </div>
    </footer>
  );
}
