/** Traces as Quint writes them: the Informal Trace Format, JSON with a few marked shapes. */

/** A value of a sum type. */
export interface Tagged<Tag extends string, Value> {
  readonly tag: Tag;
  readonly value: Value;
}

export interface ModelClaim {
  readonly fence: number;
  readonly holder: number;
}

export interface ModelOutcome {
  readonly paid: boolean;
  readonly by: number;
}

export interface ModelRecord {
  readonly operation: number;
  readonly claim: ModelClaim;
  readonly state: Tagged<'Running' | 'OutcomeUnknown', unknown> | Tagged<'Settled', ModelOutcome>;
  readonly leaseOver: boolean;
}

/** The variables of `protocol.qnt`, by their names there. */
export interface ModelState {
  readonly database: {
    readonly record: Tagged<'Absent', unknown> | Tagged<'Present', ModelRecord>;
    readonly open: Tagged<'NoneOpen', unknown> | Tagged<'InCommit', { readonly waits: string }>;
    readonly windowOver: boolean;
    readonly paidEffects: number;
  };
  readonly processes: ReadonlyMap<
    string,
    { readonly phase: Tagged<string, unknown>; readonly claim: ModelClaim }
  >;
  readonly provider: {
    readonly charged: readonly number[];
    readonly declined: readonly number[];
    readonly cancelled: boolean;
  };
  readonly told: readonly ModelOutcome[];
  readonly last: {
    readonly name: string;
    readonly by: string;
    readonly found: string;
    readonly request: number;
    readonly approves: boolean;
    readonly answered: boolean;
  };
}

/** Reads a trace. Names of variables lose the path of modules that stands before them. */
export function parseTrace(text: string): readonly ModelState[] {
  const { states } = JSON.parse(text) as { states: readonly Record<string, unknown>[] };
  return states.map((state) => {
    const variables = Object.entries(state).map(([name, value]) => [name.split('::').at(-1), plain(value)]);
    return Object.fromEntries(variables) as ModelState;
  });
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const marked = value as Record<string, unknown>;
  if ('#bigint' in marked) return Number(marked['#bigint']);
  if ('#set' in marked) return plain(marked['#set']);
  if ('#tup' in marked) return plain(marked['#tup']);
  if ('#map' in marked) return new Map(plain(marked['#map']) as [unknown, unknown][]);
  return Object.fromEntries(Object.entries(marked).map(([name, inner]) => [name, plain(inner)]));
}
