import type { Policy } from '../core/index.ts';

/** A mutation that needs an idempotency key. */
export interface Keyed<P extends Policy = Policy> {
  readonly idempotency: 'keyed';
  readonly policy: P;
}

/** A mutation that may be repeated as it is, and why. */
export interface Natural {
  readonly idempotency: 'natural';
  readonly reason: string;
}

/** What a procedure declares. Queries declare nothing. */
export type Meta = { readonly idempotency?: never } | Keyed | Natural;
