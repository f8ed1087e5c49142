'use client';

import type { ReactNode } from 'react';
import { Button, LinkButton } from '../ui/button.tsx';
import { PageHeading } from '../ui/page-heading.tsx';

/** A page that broke says nothing about a payment, and neither may this one. */
export default function ErrorPage({ reset }: { error: Error; reset: () => void }): ReactNode {
  return (
    <div role="alert" className="py-10">
      <PageHeading lead="This page could not be shown. If you were paying just now, look at your orders before you do anything else: the payment may have gone through.">
        Something broke on our side.
      </PageHeading>
      <div className="flex flex-wrap gap-3">
        <LinkButton href="/orders">Your orders</LinkButton>
        <Button look="secondary" onClick={reset}>
          Show the page again
        </Button>
      </div>
    </div>
  );
}
