import type { Contract, ErrorContract, KeyedContract, ProcedureContract } from './contract.ts';

/** The contract as people read it. */
export interface ContractInWords {
  readonly mutations: readonly ProcedureInWords[];
  readonly queries: readonly ProcedureInWords[];
  readonly errors: readonly (ErrorContract & { readonly code: string })[];
}

export interface ProcedureInWords {
  readonly name: string;
  readonly kind: ProcedureContract['kind'];
  readonly summary: string;
  readonly promise: string;
  /** How it is called without tRPC: `POST /api/v1/checkout.placeOrder`. */
  readonly call: string;
  readonly facts: readonly { readonly term: string; readonly text: string }[];
}

/** Mutations that need a key first: these are what callers come for. Errors by status. */
export function contractInWords(contract: Contract): ContractInWords {
  const procedures = Object.entries(contract.procedures).map(([name, procedure]) =>
    procedureInWords(name, procedure, contract),
  );
  return {
    mutations: [...ofKind(procedures, 'keyed'), ...ofKind(procedures, 'natural')],
    queries: ofKind(procedures, 'query'),
    errors: Object.entries(contract.errors)
      .map(([code, error]) => ({ code, ...error }))
      .toSorted((a, b) => a.status - b.status || a.code.localeCompare(b.code)),
  };
}

const ofKind = (procedures: readonly ProcedureInWords[], kind: ProcedureContract['kind']) =>
  procedures.filter((procedure) => procedure.kind === kind);

function procedureInWords(name: string, procedure: ProcedureContract, contract: Contract): ProcedureInWords {
  const { kind, summary, http, deprecated } = procedure;
  return {
    name,
    kind,
    summary,
    promise: promiseInWords(procedure),
    call: `${http.method} ${http.path}`,
    facts: [
      ...(deprecated === null
        ? []
        : [
            {
              term: 'On its way out',
              text: `Since ${deprecated.since}; it may be gone from ${deprecated.sunset} on. ${deprecated.instead}`,
            },
          ]),
      ...(kind === 'keyed' ? keyedFacts(procedure, contract) : []),
    ],
  };
}

/** What a procedure promises, in a sentence or two. */
export function promiseInWords(procedure: ProcedureContract): string {
  switch (procedure.kind) {
    case 'query':
      return 'It reads. Ask as often as you like.';
    case 'natural':
      return `Send it again whenever you are in doubt. ${procedure.reason}`;
    case 'keyed': {
      const back = durationInWords(procedure.promise.window.backMs);
      return `Send it with a key, and it is done once, however often it arrives. For ${back} after the key was made, every repeat gets the first answer, byte for byte.`;
    }
  }
}

function keyedFacts({ promise }: KeyedContract, contract: Contract): ProcedureInWords['facts'] {
  const { window, joinMs, storedRefusals, retryAdvice, compensation, version, reads } = promise;
  const refusals = storedRefusals.map((code) => (contract.errors[code]?.title ?? code).toLowerCase());
  const older = Object.keys(reads);
  return [
    {
      term: 'The key',
      text: `A UUIDv7, good for ${durationInWords(window.backMs)} after it was made and ${durationInWords(window.aheadMs)} before. An older one is refused as expired; it never executes a second time.`,
    },
    { term: 'Replayed', text: `The answer, and these refusals: ${refusals.join(', ')}.` },
    {
      term: 'Twice at once',
      text: `One is executed. The other waits up to ${durationInWords(joinMs)} for its answer, and is then told that it is in progress.`,
    },
    { term: 'Same key, other content', text: 'Refused. Nothing of it is executed.' },
    { term: 'If it can’t be finished', text: compensation },
    { term: 'Retrying', text: retryAdvice },
    {
      term: 'Version',
      text:
        older.length === 0 ? String(version) : `${version}; answers of ${older.join(', ')} are still given.`,
    },
  ];
}

const UNITS = [
  ['day', 24 * 60 * 60 * 1_000],
  ['hour', 60 * 60 * 1_000],
  ['minute', 60 * 1_000],
  ['second', 1_000],
] as const;

/** `3 days`, `5 minutes`: in the largest unit of which it is a whole number. */
export function durationInWords(ms: number): string {
  for (const [unit, unitMs] of UNITS)
    if (ms >= unitMs && ms % unitMs === 0) return `${ms / unitMs} ${unit}${ms === unitMs ? '' : 's'}`;
  return `${ms} milliseconds`;
}
