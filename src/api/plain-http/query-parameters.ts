import { TRPCError } from '@trpc/server';

/** A parameter of a query, and what its text is read as. */
export interface QueryParameter {
  readonly name: string;
  readonly required: boolean;
  readonly type: 'string' | 'number' | 'boolean';
  /** JSON Schema of its value. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/**
 * The parameters that stand for a query's input: its fields, each a text, a number or a truth value.
 * @param input its JSON Schema; null for a query that takes nothing
 * @throws Error for an input that parameters can't express; such a query needs a mapping of its own
 */
export function parametersOf(input: Readonly<Record<string, unknown>> | null): readonly QueryParameter[] {
  if (input === null) return [];
  if (input['type'] !== 'object') throw new Error('The input of a query must be an object');
  const fields = (input['properties'] ?? {}) as Readonly<Record<string, QueryParameter['schema']>>;
  const required = (input['required'] ?? []) as readonly string[];
  return Object.entries(fields).map(([name, schema]) => ({
    name,
    required: required.includes(name),
    type: typeOf(name, schema['type']),
    schema,
  }));
}

function typeOf(name: string, type: unknown): QueryParameter['type'] {
  switch (type) {
    case 'string':
    case 'boolean':
      return type;
    case 'number':
    case 'integer':
      return 'number';
    default:
      throw new Error(`The input's ${name} can't be a query parameter`);
  }
}

/**
 * Reads a query's input from its parameters. Values that don't fit are left as text, for the schema to
 * name in its own words; parameters that mean nothing are passed over, as unknown fields of a body are.
 *
 * @throws TRPCError BAD_REQUEST for a parameter that is given twice
 */
export function inputOf(parameters: readonly QueryParameter[], search: URLSearchParams): unknown {
  if (parameters.length === 0) return undefined;
  return Object.fromEntries(
    parameters.flatMap(({ name, type }) => {
      const [value, ...more] = search.getAll(name);
      if (more.length > 0)
        throw new TRPCError({ code: 'BAD_REQUEST', message: `The parameter ${name} is given twice.` });
      return value === undefined ? [] : [[name, read(value, type)]];
    }),
  );
}

function read(text: string, type: QueryParameter['type']): unknown {
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  }
}
