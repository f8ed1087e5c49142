import './globals.css';

import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { ShopClients } from '../ui/shop-clients.tsx';
import { SiteFooter } from '../ui/site-footer.tsx';
import { SiteHeader } from '../ui/site-header.tsx';
import { Toaster } from '../ui/toaster.tsx';

// Every page may set the customer's cookie. A prerendered one would be sent with a year of `s-maxage`, and a
// shared cache would hand the first customer's cookie to all others.
export const dynamic = 'force-dynamic';

export const metadata: Metadata = {
  title: { default: 'Ostrand Pottery', template: '%s · Ostrand Pottery' },
  description: 'Stoneware from a small kiln by the sea: mugs, bowls, plates and vases, thrown by hand.',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f7f4ed' },
    { media: '(prefers-color-scheme: dark)', color: '#161918' },
  ],
};

export default function Layout({ children }: { children: ReactNode }): ReactNode {
  return (
    <html lang="en">
      <body>
        <ShopClients>
          <Toaster>
            <div className="page flex min-h-dvh flex-col">
              <a
                href="#content"
                className="sr-only rounded-full bg-kelp text-on-kelp focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50 focus:px-5 focus:py-3"
              >
                Skip to the content
              </a>
              <SiteHeader />
              <main
                id="content"
                tabIndex={-1}
                className="mx-auto w-full max-w-6xl grow px-5 pt-8 outline-none sm:px-8 sm:pt-12"
              >
                {children}
              </main>
              <SiteFooter />
            </div>
          </Toaster>
        </ShopClients>
      </body>
    </html>
  );
}
