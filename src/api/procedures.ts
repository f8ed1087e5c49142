import type { AnyTRPCRouter } from '@trpc/server';
import type { z } from 'zod';
import type { ProcedureMeta } from './trpc.ts';

/** A procedure as tRPC keeps it: what is neither in its types nor reached by calling it. */
export interface Procedure {
  readonly path: string;
  readonly type: 'query' | 'mutation';
  /** Null for one that takes nothing. */
  readonly input: z.ZodType | null;
  readonly answer: z.ZodType | null;
  readonly meta: ProcedureMeta;
}

/** tRPC's own, which its types don't show. */
interface Definition {
  readonly type: Procedure['type'];
  readonly inputs: readonly z.ZodType[];
  readonly output?: z.ZodType;
  readonly meta?: ProcedureMeta;
}

/** Every procedure of a router: what plain HTTP offers and the contract publishes. */
export function proceduresOf(router: AnyTRPCRouter): readonly Procedure[] {
  const definitions = Object.entries(router._def.procedures as Record<string, { _def: Definition }>);
  return definitions.map(
    ([
      path,
      {
        _def: { type, inputs, output, meta = {} },
      },
    ]) => ({
      path,
      type,
      input: inputs[0] ?? null,
      answer: meta.answer ?? output ?? null,
      meta,
    }),
  );
}
