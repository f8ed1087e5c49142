/** Accepts a value or not. Every Zod schema is one. */
export interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: unknown };
}

/** What the client must know of a keyed mutation beside its types. */
export interface KeyedProcedure<Input, Output> {
  /** What shall be done once, whatever the details: a checkout's id. Two inputs with one intent never run at once. */
  intentOf(input: Input): string;
  /** Only an answer that this accepts is an acknowledgement; any other is lost. */
  readonly acknowledgement: Schema<Output>;
}

/** By path. The links know no types of input and output; the door, `createKeyedClient`, holds them. */
export type KeyedProcedures = Readonly<Record<string, KeyedProcedure<unknown, unknown>>>;
