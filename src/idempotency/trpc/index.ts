export { problemOf, problemShape, rpcCodeOf, type ProblemData, type ProblemShape } from './error-shape.ts';
export { asTrpcError, idempotent, type CallContext } from './idempotent.ts';
export type { Keyed, Meta, Natural } from './meta.ts';
export { assertDeclared, type Declared } from './router.ts';
