/**
 * The published contract: what each procedure promises its callers. Made from the router, so that it can't
 * promise what the code doesn't; held by a snapshot, so that it can't be broken unnoticed.
 */
export interface Contract {
  readonly procedures: Readonly<Record<string, ProcedureContract>>;
  /** Codes of the errors that any call may be answered with, beyond its procedure's own. */
  readonly anyCall: readonly string[];
  readonly errors: Readonly<Record<string, ErrorContract>>;
}

export type ProcedureContract = QueryContract | NaturalContract | KeyedContract;

interface Common {
  /** One sentence: what it does. */
  readonly summary: string;
  /** Where callers without tRPC find it. */
  readonly http: { readonly method: 'GET' | 'POST'; readonly path: string };
  readonly caller: Caller;
  /** JSON Schema of what it takes; null for nothing. */
  readonly input: JsonSchema | null;
  /** JSON Schema of what it answers. An answer may gain fields. */
  readonly answer: JsonSchema;
  /** Codes of the errors that it may answer with. */
  readonly errors: readonly string[];
  readonly deprecated: Deprecation | null;
}

/** Changes nothing, so it may be asked at any time. */
export interface QueryContract extends Common {
  readonly kind: 'query';
}

/** May be repeated as it is. */
export interface NaturalContract extends Common {
  readonly kind: 'natural';
  readonly reason: string;
}

/** Needs an Idempotency-Key, and runs once for each. */
export interface KeyedContract extends Common {
  readonly kind: 'keyed';
  readonly promise: Promised;
}

/** What one key is good for. */
export interface Promised {
  /** Of the stored answer and the meaning of the input. */
  readonly version: number;
  /** How the answers and operations of older versions are treated, by version. */
  readonly reads: Readonly<Record<string, OlderVersion>>;
  /** How long a key is good for, around the time at which it was made. */
  readonly window: { readonly backMs: number; readonly aheadMs: number };
  /** How long a repeat waits for the first call before it is told 'in progress'. */
  readonly joinMs: number;
  /** Codes of the refusals that are stored under the key and replayed, as a success is. */
  readonly storedRefusals: readonly string[];
  readonly retryAdvice: string;
  readonly compensation: string;
}

export interface OlderVersion {
  /** Whether what it left unfinished is finished. */
  readonly resumed: boolean;
  /** Whether what it answered is answered again. */
  readonly replayed: boolean;
}

export interface ErrorContract {
  readonly status: number;
  /** Whether it will stay true: only then may a caller make a new key for the same intent. */
  readonly definite: boolean;
  /** Whether the same call with the same key may be sent again. */
  readonly retryable: boolean;
  readonly title: string;
  readonly detail: string;
}

/** Who may call: anyone, or who has the cookie that the first page gives. */
export type Caller = 'anyone' | 'customer';

/** A procedure on its way out. */
export interface Deprecation {
  /** Day (`2026-11-23`) from which it should not be used any more. */
  readonly since: string;
  /** Day from which it may be gone. */
  readonly sunset: string;
  /** What to use now. */
  readonly instead: string;
}

export type JsonSchema = Readonly<Record<string, unknown>>;
