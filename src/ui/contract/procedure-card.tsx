import { KeyRound, Repeat } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ProcedureInWords } from '../../api/contract/in-words.ts';

/** One mutation: what it does, what it promises, and the details for those that need a key. */
export function ProcedureCard({ procedure }: { procedure: ProcedureInWords }): ReactNode {
  const { name, kind, summary, promise, call, facts } = procedure;
  return (
    <article
      aria-label={name}
      className="rounded-2xl border border-line bg-raised p-5 sm:p-7"
      data-testid={`procedure-${name}`}
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h3 className="font-mono text-base font-semibold tracking-normal break-all">{name}</h3>
        <Kind kind={kind} />
      </div>
      <p className="mt-3 max-w-3xl text-lg">{summary}</p>
      <p className="mt-1.5 max-w-3xl text-[0.95rem] text-soft">{promise}</p>
      {facts.length > 0 && (
        <dl className="mt-5 space-y-3 border-t border-line pt-5 text-[0.95rem]">
          {facts.map(({ term, text }) => (
            <div key={term} className="sm:grid sm:grid-cols-[11rem_1fr] sm:gap-4">
              <dt className="font-medium">{term}</dt>
              <dd className="max-w-3xl text-soft">{text}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="mt-5 font-mono text-[0.8rem] break-all text-soft">{call}</p>
    </article>
  );
}

function Kind({ kind }: { kind: ProcedureInWords['kind'] }): ReactNode {
  const needsKey = kind === 'keyed';
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-3 py-1 text-sm font-medium whitespace-nowrap ${needsKey ? 'bg-clay-wash text-clay' : 'bg-leaf-wash text-leaf'}`}
    >
      {needsKey ? <KeyRound aria-hidden className="size-4" /> : <Repeat aria-hidden className="size-4" />}
      {needsKey ? 'Needs a key' : 'May be repeated as it is'}
    </span>
  );
}
