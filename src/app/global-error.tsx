'use client';

import type { ReactNode } from 'react';

/** Stands in for the whole document when even the layout broke, so it relies on nothing of ours. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }): ReactNode {
  return (
    <html lang="en">
      <body
        style={{
          fontFamily: 'Georgia, serif',
          maxWidth: '34rem',
          margin: '15vh auto',
          padding: '0 1.25rem',
          lineHeight: 1.6,
        }}
      >
        <title>Something broke · Ostrand Pottery</title>
        <h1>Something broke on our side.</h1>
        {/* A link of the browser's own: the router may be what broke. */}
        <p>
          {/* oxlint-disable-next-line next/no-html-link-for-pages */}
          If you were paying just now, look at <a href="/orders">your orders</a> before you do anything else:
          the payment may have gone through.
        </p>
        <button
          type="button"
          onClick={reset}
          style={{ font: 'inherit', minHeight: '3rem', padding: '0 1.25rem' }}
        >
          Show the page again
        </button>
      </body>
    </html>
  );
}
