import { CircleCheck, CircleHelp, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ContractInWords } from '../../api/contract/in-words.ts';

/** Every error. On a phone each row becomes a small block of its own; to a screen reader it stays a table. */
export function ErrorTable({ errors }: { errors: ContractInWords['errors'] }): ReactNode {
  return (
    <table aria-label="Errors" className="block w-full text-left text-[0.95rem] md:table md:border-collapse">
      <thead className="sr-only md:not-sr-only md:table-header-group">
        <tr className="text-sm text-soft md:table-row">
          <Head>Status</Head>
          <Head>Code</Head>
          <Head>Stays true?</Head>
          <Head>Send again?</Head>
          <Head>What it says</Head>
        </tr>
      </thead>
      <tbody className="block md:table-row-group">
        {errors.map(({ code, status, definite, retryable, detail }) => (
          <tr
            key={code}
            className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line py-4 md:table-row md:align-top"
          >
            <Cell className="text-soft tabular-nums">{status}</Cell>
            <th
              scope="row"
              className="min-w-0 shrink-0 basis-[calc(100%-4rem)] font-mono text-[0.82rem] font-semibold break-all md:py-3 md:pr-5 md:whitespace-nowrap"
            >
              {code}
            </th>
            <Cell className={`whitespace-nowrap ${definite ? 'text-leaf' : 'text-sand'}`}>
              <span className="inline-flex items-center gap-1.5">
                {definite ? (
                  <CircleCheck aria-hidden className="size-4 shrink-0" />
                ) : (
                  <CircleHelp aria-hidden className="size-4 shrink-0" />
                )}
                {definite ? 'definite' : 'not definite'}
              </span>
            </Cell>
            <Cell className={`whitespace-nowrap ${retryable ? '' : 'max-md:hidden'}`}>
              {retryable ? (
                <span className="inline-flex items-center gap-1.5 text-kelp">
                  <RotateCw aria-hidden className="size-4 shrink-0" />
                  again, same key
                </span>
              ) : (
                <span className="text-soft">no</span>
              )}
            </Cell>
            <Cell className="basis-full text-soft">{detail}</Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Head(props: { children: ReactNode }): ReactNode {
  return (
    <th scope="col" className="font-medium md:pr-5 md:pb-2">
      {props.children}
    </th>
  );
}

function Cell(props: { children: ReactNode; className?: string }): ReactNode {
  return <td className={`md:py-3 md:pr-5 ${props.className ?? ''}`}>{props.children}</td>;
}
