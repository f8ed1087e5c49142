'use client';

import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** Shown where something could not be read. Reading changes nothing, so trying again is always safe. */
export function QueryProblem(props: { what: string; onRetry: () => void; retrying: boolean }): ReactNode {
  return (
    <div role="alert">
      <Notice
        tone="bad"
        title={`We can’t show ${props.what} right now.`}
        actions={
          <Button look="secondary" busy={props.retrying} onClick={props.onRetry}>
            Load again
          </Button>
        }
      >
        <p>The shop did not answer. Nothing was changed and nothing was charged by this.</p>
      </Notice>
    </div>
  );
}
