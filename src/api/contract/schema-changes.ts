import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from './contract.ts';

/**
 * Which way the values of a schema go. Callers rely on both, in opposite senses: whatever they were told
 * they may send must still be taken, and whatever they get must be what they were told.
 */
export type Direction = 'input' | 'answer';

/** Say something about a value without limiting it. */
const ANNOTATIONS = new Set([
  '$schema',
  'title',
  'description',
  'examples',
  'deprecated',
  'x-extensible-enum',
]);
/** Compared by the functions below, or taken apart by `alternatives`. */
const STRUCTURE = new Set([
  'type',
  'properties',
  'required',
  'items',
  'enum',
  'const',
  'anyOf',
  'oneOf',
  'default',
]);
const LOWER_BOUNDS = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems']);
const UPPER_BOUNDS = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems']);

/**
 * What of a change from `published` to `current` breaks a caller, a sentence each; empty when nothing does.
 * What it can't judge it calls broken: an unknown keyword may mean anything.
 */
export function schemaChanges(
  direction: Direction,
  published: JsonSchema,
  current: JsonSchema,
  at = direction === 'input' ? 'the input' : 'the answer',
): readonly string[] {
  if (isDeepStrictEqual(published, current)) return [];
  const [before, now] = [alternatives(published), alternatives(current)];
  // Each of `mustFit` has to have a place in `into`.
  const [mustFit, into] = direction === 'input' ? [before, now] : [now, before];
  return mustFit.flatMap((one) => {
    const changes = into
      .filter((other) => typesFit(one, other))
      .map((other) =>
        direction === 'input'
          ? changesOfOne(direction, one, other, at)
          : changesOfOne(direction, other, one, at),
      );
    if (changes.length === 0)
      return [
        direction === 'input' ? `${at} can no longer be ${nameOf(one)}` : `${at} may now be ${nameOf(one)}`,
      ];
    return changes.reduce((best, each) => (each.length < best.length ? each : best));
  });
}

/** `anyOf`, and several types in one, as a list of schemas with one type each. */
function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const { anyOf, oneOf, type, ...rest } = schema;
  const choices = (anyOf ?? oneOf) as readonly JsonSchema[] | undefined;
  if (choices !== undefined) return choices.flatMap(alternatives);
  if (Array.isArray(type))
    return type.map((one: unknown) => (one === 'null' ? { type: one } : { ...rest, type: one }));
  return [schema];
}

function typesFit({ type: narrow }: JsonSchema, { type: wide }: JsonSchema): boolean {
  return narrow === wide || wide === undefined || (narrow === 'integer' && wide === 'number');
}

function changesOfOne(
  direction: Direction,
  published: JsonSchema,
  current: JsonSchema,
  at: string,
): readonly string[] {
  return [
    ...fieldChanges(direction, published, current, at),
    ...valueChanges(direction, published, current, at),
    ...(published['items'] !== undefined && current['items'] !== undefined
      ? schemaChanges(
          direction,
          published['items'] as JsonSchema,
          current['items'] as JsonSchema,
          `each of ${at}`,
        )
      : []),
    ...limitChanges(direction, published, current, at),
  ];
}

/** Fields may be added: optional ones to an input, any to an answer. */
function fieldChanges(
  direction: Direction,
  published: JsonSchema,
  current: JsonSchema,
  at: string,
): readonly string[] {
  const [before, now] = [fieldsOf(published), fieldsOf(current)];
  const lost = Object.keys(before).filter((name) => now[name] === undefined);
  const changed = Object.keys(before).flatMap((name) => {
    const [was, is] = [before[name], now[name]];
    return was && is ? schemaChanges(direction, was, is, `${at}’s ${name}`) : [];
  });
  const [requiredBefore, requiredNow] = [requiredOf(published), requiredOf(current)];
  switch (direction) {
    case 'input':
      return [
        ...lost.map((name) => `${at}’s ${name} is no longer read`),
        ...requiredNow
          .filter((name) => !requiredBefore.includes(name))
          .map((name) => `${at}’s ${name} is now required`),
        ...changed,
      ];
    case 'answer':
      return [
        ...lost.map((name) => `${at}’s ${name} is gone`),
        ...requiredBefore
          .filter((name) => now[name] !== undefined && !requiredNow.includes(name))
          .map((name) => `${at}’s ${name} may now be missing`),
        ...changed,
      ];
  }
}

const fieldsOf = (schema: JsonSchema) => (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
const requiredOf = (schema: JsonSchema) => (schema['required'] ?? []) as readonly string[];

/** The values that are named, if they are. */
function valueChanges(
  direction: Direction,
  published: JsonSchema,
  current: JsonSchema,
  at: string,
): readonly string[] {
  const [before, now] = [valuesOf(published), valuesOf(current)];
  if (direction === 'input') {
    const refused = now === null ? [] : (before?.filter((value) => !contains(now, value)) ?? null);
    const changes = (refused ?? ['anything else']).map((value) => `${at} can no longer be ${show(value)}`);
    const [was, is] = [published['default'], current['default']];
    if (was !== undefined && !isDeepStrictEqual(was, is))
      changes.push(`${at}, when it isn’t sent, no longer means ${show(was)}`);
    return changes;
  }
  const added = before === null ? [] : (now?.filter((value) => !contains(before, value)) ?? null);
  return (added ?? ['anything else']).map((value) => `${at} may now be ${show(value)}`);
}

function valuesOf(schema: JsonSchema): readonly unknown[] | null {
  return 'const' in schema ? [schema['const']] : ((schema['enum'] as readonly unknown[] | undefined) ?? null);
}

const contains = (values: readonly unknown[], value: unknown) =>
  values.some((each) => isDeepStrictEqual(each, value));
const show = (value: unknown) => (value === 'anything else' ? value : JSON.stringify(value));

/** Lengths, bounds, patterns, and every keyword that isn't known here. */
function limitChanges(
  direction: Direction,
  published: JsonSchema,
  current: JsonSchema,
  at: string,
): readonly string[] {
  const keywords = new Set([...Object.keys(published), ...Object.keys(current)]);
  return [...keywords]
    .filter((keyword) => !ANNOTATIONS.has(keyword) && !STRUCTURE.has(keyword))
    .filter((keyword) => {
      const [was, is] = [published[keyword], current[keyword]];
      return direction === 'input' ? isTighter(keyword, was, is) : isTighter(keyword, is, was);
    })
    .map((keyword) => {
      const [was, is] = [published[keyword], current[keyword]];
      const limits = `${keyword} ${was === undefined ? 'none' : show(was)} → ${is === undefined ? 'none' : show(is)}`;
      return `${at} is ${direction === 'input' ? 'limited more' : 'limited less'} (${limits})`;
    });
}

/** Whether the second limit refuses something that the first one allowed. */
function isTighter(keyword: string, first: unknown, second: unknown): boolean {
  if (second === undefined || isDeepStrictEqual(first, second)) return false;
  if (first === undefined) return true;
  if (LOWER_BOUNDS.has(keyword)) return (second as number) > (first as number);
  if (UPPER_BOUNDS.has(keyword)) return (second as number) < (first as number);
  return true;
}

function nameOf(schema: JsonSchema): string {
  const values = valuesOf(schema);
  if (values !== null) return values.map(show).join(' or ');
  const { type } = schema;
  return typeof type === 'string' ? `of type ${type}` : 'anything';
}
