import type { ReactNode } from 'react';

/** The shape of something that is on its way. Hidden from screen readers: `Loading` says it in words. */
export function Skeleton(props: { className: string }): ReactNode {
  return <div aria-hidden className={`animate-breathe rounded-xl bg-sunken ${props.className}`} />;
}

/** Puts words beside skeletons, for those who don't see them. */
export function Loading(props: { what: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <output className="sr-only">Loading {props.what}…</output>
      {props.children}
    </div>
  );
}
