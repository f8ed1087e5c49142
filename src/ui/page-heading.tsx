import type { ReactNode } from 'react';

export function PageHeading(props: { children: ReactNode; kicker?: ReactNode; lead?: ReactNode }): ReactNode {
  return (
    <header className="mb-8 max-w-2xl sm:mb-10">
      {props.kicker !== undefined && <p className="mb-2 text-sm text-soft">{props.kicker}</p>}
      <h1 className="text-[2.1rem] sm:text-5xl">{props.children}</h1>
      {props.lead !== undefined && <p className="mt-4 text-lg text-soft">{props.lead}</p>}
    </header>
  );
}
