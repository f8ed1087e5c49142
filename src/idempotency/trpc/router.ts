import type { AnyTRPCRouter } from '@trpc/server';
import type { Keyed, Natural } from './meta.ts';

interface Undeclared {
  readonly 'ERROR: build mutations with idempotentMutation(policy) or naturallyIdempotentMutation(reason)': never;
}

/**
 * The type of a router record in which every mutation declares its guarantee, nested ones too. The
 * square brackets keep `M` whole: unbracketed, the condition distributes over the general meta type,
 * and lets an undeclared mutation through.
 */
export type Declared<R> = {
  [K in keyof R]: R[K] extends { _def: { procedure: true; type: infer T }; meta: infer M }
    ? T extends 'mutation'
      ? [M] extends [Keyed | Natural]
        ? unknown
        : Undeclared
      : unknown
    : R[K] extends { _def: { router: true } }
      ? unknown
      : R[K] extends object
        ? Declared<R[K]>
        : unknown;
};

/** The same rule at boot, for what the types can't see. @throws Error naming the mutation */
export function assertDeclared(router: AnyTRPCRouter): void {
  const procedures = router._def.procedures as Record<
    string,
    { _def: { type: string; meta?: { idempotency?: string } } }
  >;
  for (const [path, procedure] of Object.entries(procedures)) {
    if (procedure._def.type === 'mutation' && procedure._def.meta?.idempotency === undefined)
      throw new Error(`The mutation ${path} doesn't declare whether it needs an idempotency key`);
  }
}
