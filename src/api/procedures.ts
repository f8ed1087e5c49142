import type { z } from 'zod';
import { appRouter } from './app-router.ts';

/** A procedure as tRPC keeps it: what is neither in its types nor reached by calling it. */
export interface Procedure {
  readonly path: string;
  readonly type: 'query' | 'mutation';
  /** Null for one that takes nothing. */
  readonly input: z.ZodType | null;
}

interface Definition {
  readonly type: Procedure['type'];
  readonly inputs: readonly z.ZodType[];
}

/** Every procedure of the shop, by path: what plain HTTP offers and the contract publishes. */
export const procedures: ReadonlyMap<string, Procedure> = new Map(
  Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: Definition }>).map(
    ([
      path,
      {
        _def: { type, inputs },
      },
    ]) => [path, { path, type, input: inputs[0] ?? null }],
  ),
);
