import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { LinkButton } from '../ui/button.tsx';
import { PageHeading } from '../ui/page-heading.tsx';

export const metadata: Metadata = { title: 'Not here' };

export default function NotFound(): ReactNode {
  return (
    <div className="py-10">
      <PageHeading
        kicker="404"
        lead="The address may be mistyped, or the page has moved. Your cart and your orders are where they were."
      >
        There is nothing on this shelf.
      </PageHeading>
      <div className="flex flex-wrap gap-3">
        <LinkButton href="/">See our pieces</LinkButton>
        <LinkButton href="/orders" look="secondary">
          Your orders
        </LinkButton>
      </div>
    </div>
  );
}
