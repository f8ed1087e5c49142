import type { ReactNode } from 'react';
import type { ContractInWords } from '../../api/contract/in-words.ts';
import { PageHeading } from '../page-heading.tsx';
import { CurlExample } from './curl-example.tsx';
import { ErrorTable } from './error-table.tsx';
import { ProcedureCard } from './procedure-card.tsx';
import { RetryAdvice } from './retry-advice.tsx';

const IDEAS = [
  {
    title: 'One intent, one key',
    text: 'Make a UUIDv7 when somebody presses the button, keep it, and send it as Idempotency-Key with every try. Whatever happens on the way, it is done once, and a repeat gets the first answer.',
  },
  {
    title: 'Definite, or not',
    text: 'Every error says whether it is definite. One that is will stay true. One that isn’t, and an answer that never came, leave it open: the work may have been done.',
  },
  {
    title: 'A new key, only then',
    text: 'Only after a definite answer may you make a new key for the same intent. Until then the same call with the same key is the one safe thing to send.',
  },
];

/** What callers can rely on, to read. All of it is made from the contract, as programs get it. */
export function ContractView({ contract }: { contract: ContractInWords }): ReactNode {
  return (
    <>
      <PageHeading
        kicker="For whoever writes a client"
        lead="What happens when a call arrives twice, or its answer never arrives? Here it is said for every call of this shop. The page is made from the code that keeps the promise."
      >
        What callers can rely on
      </PageHeading>
      <p className="-mt-3 mb-12 flex flex-wrap gap-x-6 text-[0.95rem]">
        <Document href="/api/contract">The contract as JSON</Document>
        <Document href="/api/openapi.json">As OpenAPI, for callers without tRPC</Document>
      </p>

      <ul className="mb-16 grid gap-x-10 gap-y-6 border-y border-line py-8 md:grid-cols-3">
        {IDEAS.map(({ title, text }) => (
          <li key={title}>
            <h2 className="mb-2 text-xl">{title}</h2>
            <p className="text-[0.95rem] text-soft">{text}</p>
          </li>
        ))}
      </ul>

      <Part id="mutations" title="What changes something">
        <ul className="space-y-5">
          {contract.mutations.map((procedure) => (
            <li key={procedure.name}>
              <ProcedureCard procedure={procedure} />
            </li>
          ))}
        </ul>
      </Part>

      <Part id="retrying" title="How to retry">
        <RetryAdvice />
      </Part>

      <Part
        id="errors"
        title="Errors"
        lead="Every error is a problem document (RFC 9457). Its code is what a program tells errors apart by."
      >
        <ErrorTable errors={contract.errors} />
      </Part>

      <Part id="queries" title="What only reads" lead="Ask as often as you like; no key is needed.">
        <dl className="grid gap-x-10 gap-y-4 md:grid-cols-2">
          {contract.queries.map(({ name, summary, call }) => (
            <div key={name} className="min-w-0">
              <dt className="font-mono text-[0.85rem] break-words">{call}</dt>
              <dd className="text-[0.95rem] text-soft">{summary}</dd>
            </div>
          ))}
        </dl>
      </Part>

      <Part id="curl" title="With curl">
        <CurlExample />
      </Part>
    </>
  );
}

function Document(props: { href: string; children: ReactNode }): ReactNode {
  return (
    <a
      href={props.href}
      className="inline-flex min-h-11 items-center text-kelp underline decoration-1 underline-offset-4 hover:decoration-2"
    >
      {props.children}
    </a>
  );
}

function Part(props: { id: string; title: string; lead?: string; children: ReactNode }): ReactNode {
  return (
    <section aria-labelledby={props.id} className="mb-16">
      <h2 id={props.id} className="mb-5 scroll-mt-28 text-3xl">
        {props.title}
      </h2>
      {props.lead !== undefined && <p className="-mt-2 mb-5 max-w-2xl text-soft">{props.lead}</p>}
      {props.children}
    </section>
  );
}
