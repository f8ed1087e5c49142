import type {
  Contract,
  Deprecation,
  ErrorContract,
  KeyedContract,
  OlderVersion,
  ProcedureContract,
  Promised,
} from './contract.ts';
import { schemaChanges } from './schema-changes.ts';

/** How a change can be made without breaking anybody. */
export type Cure = 'new-version' | 'declare-older-version' | 'new-procedure' | 'new-code' | 'keep-the-day';

export interface IncompatibleChange {
  /** The procedure or the error code. */
  readonly at: string;
  /** What changed for its callers. */
  readonly what: string;
  readonly cure: Cure;
}

/**
 * What would break a caller who relies on the published contract. Anything else (a new procedure, a new
 * optional field, another field of an answer, a wider window) older callers survive.
 *
 * @param today the day (`2026-11-23`) on which a deprecated procedure's end is judged
 */
export function incompatibleChanges(
  published: Contract,
  current: Contract,
  today: string,
): readonly IncompatibleChange[] {
  const procedures = Object.entries(published.procedures).flatMap(([path, before]) =>
    procedureChanges(before, current.procedures[path], today).map((change) => ({ at: path, ...change })),
  );
  const errors = Object.entries(published.errors).flatMap(([code, before]) =>
    errorChanges(before, current.errors[code]).map((change) => ({ at: code, ...change })),
  );
  return [...procedures, ...errors];
}

type Change = Omit<IncompatibleChange, 'at'>;

function procedureChanges(
  before: ProcedureContract,
  now: ProcedureContract | undefined,
  today: string,
): readonly Change[] {
  if (now === undefined) {
    const isOver = before.deprecated !== null && before.deprecated.sunset <= today;
    return isOver ? [] : [{ what: 'it is gone', cure: 'new-procedure' }];
  }
  if (before.kind === 'keyed' && now.kind === 'keyed') return keyedChanges(before, now);
  return [
    ...doorChanges(before, now),
    ...shapeChanges(before, now).map((what): Change => ({ what, cure: 'new-procedure' })),
  ];
}

/**
 * A new version is a new promise: under it the shape of a keyed mutation may change, as long as what its
 * older versions promised is kept.
 */
function keyedChanges(before: KeyedContract, now: KeyedContract): readonly Change[] {
  const [was, is] = [before.promise, now.promise];
  const always = [...doorChanges(before, now)];
  if (is.version < was.version)
    return [...always, { what: `version ${was.version} became ${is.version}`, cure: 'new-version' }];
  if (is.version > was.version)
    return [
      ...always,
      ...readingChanges(was.version, { resumed: true, replayed: true }, is.reads[was.version]),
    ];
  // One that isn't declared at all any more is judged by the days: see `unreadVersions`.
  for (const [older, reading] of Object.entries(was.reads))
    if (is.reads[older] !== undefined)
      always.push(...readingChanges(Number(older), reading, is.reads[older]));
  const shape = [...shapeChanges(before, now), ...promiseChanges(was, is)];
  return [...always, ...shape.map((what): Change => ({ what, cure: 'new-version' }))];
}

function readingChanges(
  version: number,
  before: OlderVersion,
  now: OlderVersion | undefined,
): readonly Change[] {
  const changes: string[] = [];
  if (before.replayed && now?.replayed !== true)
    changes.push(`what version ${version} answered can’t be answered again`);
  if (before.resumed && now?.resumed !== true)
    changes.push(`what version ${version} left unfinished can’t be finished`);
  return changes.map((what) => ({ what, cure: 'declare-older-version' }));
}

/** How it is reached and by whom; no version covers that. */
function doorChanges(before: ProcedureContract, now: ProcedureContract): readonly Change[] {
  const changes: string[] = [];
  if (before.kind !== now.kind) changes.push(`it was ${kinds[before.kind]} and is now ${kinds[now.kind]}`);
  if (before.http.method !== now.http.method || before.http.path !== now.http.path)
    changes.push(`${before.http.method} ${before.http.path} became ${now.http.method} ${now.http.path}`);
  if (before.caller === 'anyone' && now.caller === 'customer') changes.push('it now needs the cookie');
  return [
    ...changes.map((what): Change => ({ what, cure: 'new-procedure' })),
    ...sunsetChanges(before.deprecated, now.deprecated),
  ];
}

const kinds: Record<ProcedureContract['kind'], string> = {
  query: 'a query',
  natural: 'a mutation that may be repeated as it is',
  keyed: 'a mutation that needs a key',
};

function sunsetChanges(before: Deprecation | null, now: Deprecation | null): readonly Change[] {
  if (before === null || now === null || now.sunset >= before.sunset) return [];
  return [{ what: `its end was moved up from ${before.sunset} to ${now.sunset}`, cure: 'keep-the-day' }];
}

function shapeChanges(before: ProcedureContract, now: ProcedureContract): readonly string[] {
  return [...inputChanges(before, now), ...schemaChanges('answer', before.answer, now.answer)];
}

function inputChanges(
  { input: before }: ProcedureContract,
  { input: now }: ProcedureContract,
): readonly string[] {
  if (before === null) return now === null ? [] : ['it took nothing and now wants an input'];
  // A caller that goes on sending fields which mean nothing any more isn't told.
  return schemaChanges('input', before, now ?? { type: 'object' });
}

function promiseChanges(before: Promised, now: Promised): readonly string[] {
  const changes: string[] = [];
  if (now.window.backMs < before.window.backMs)
    changes.push(`a key is good for ${hours(now.window.backMs)} instead of ${hours(before.window.backMs)}`);
  if (now.window.aheadMs < before.window.aheadMs)
    changes.push(
      `a key may come from ${minutes(now.window.aheadMs)} ahead instead of ${minutes(before.window.aheadMs)}`,
    );
  for (const code of before.storedRefusals)
    if (!now.storedRefusals.includes(code)) changes.push(`${code} is no longer stored and replayed`);
  return changes;
}

/** An error that nobody is answered with any more breaks nobody. */
function errorChanges(before: ErrorContract, now: ErrorContract | undefined): readonly Change[] {
  if (now === undefined) return [];
  return (['status', 'definite', 'retryable'] as const)
    .filter((property) => before[property] !== now[property])
    .map((property) => ({
      what: `its ${property} was ${before[property]} and is now ${now[property]}`,
      cure: 'new-code',
    }));
}

const hours = (ms: number) => `${ms / 3_600_000} h`;
const minutes = (ms: number) => `${ms / 60_000} min`;
