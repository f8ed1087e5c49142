import type { TRPCError, TRPCErrorShape } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import {
  IdempotencyError,
  problemOfError,
  problemOfRefusal,
  Refusal,
  StoredRefusal,
  type Problem,
} from '../core/index.ts';

/** `error.data` of every error: a problem, and the status once more under the name that tRPC reads. */
export type ProblemData = Problem & { readonly httpStatus: number };

export interface ProblemShape extends TRPCErrorShape {
  readonly message: string;
  readonly data: ProblemData;
}

/**
 * The problem that an error stands for, or null when it isn't one of the engine's or a refusal. A stored
 * refusal is answered as it was stored: neither path nor stack nor request may creep into its bytes.
 */
export function problemOf(error: TRPCError): Problem | null {
  const { cause } = error;
  if (cause instanceof StoredRefusal) return cause.problem;
  if (cause instanceof IdempotencyError) return problemOfError(cause);
  if (cause instanceof Refusal) return problemOfRefusal(cause, null);
  return null;
}

export function problemShape(problem: Problem, code: number): ProblemShape {
  return {
    message: problem.detail,
    code: code as ProblemShape['code'],
    data: { ...problem, httpStatus: problem.status },
  };
}

/** tRPC's JSON-RPC number for an HTTP status. */
export function rpcCodeOf(status: number): number {
  switch (status) {
    case 400:
      return TRPC_ERROR_CODES_BY_KEY.BAD_REQUEST;
    case 401:
      return TRPC_ERROR_CODES_BY_KEY.UNAUTHORIZED;
    case 403:
      return TRPC_ERROR_CODES_BY_KEY.FORBIDDEN;
    case 404:
      return TRPC_ERROR_CODES_BY_KEY.NOT_FOUND;
    case 405:
      return TRPC_ERROR_CODES_BY_KEY.METHOD_NOT_SUPPORTED;
    case 409:
      return TRPC_ERROR_CODES_BY_KEY.CONFLICT;
    case 413:
      return TRPC_ERROR_CODES_BY_KEY.PAYLOAD_TOO_LARGE;
    case 415:
      return TRPC_ERROR_CODES_BY_KEY.UNSUPPORTED_MEDIA_TYPE;
    case 422:
      return TRPC_ERROR_CODES_BY_KEY.UNPROCESSABLE_CONTENT;
    case 503:
      return TRPC_ERROR_CODES_BY_KEY.SERVICE_UNAVAILABLE;
    default:
      return status < 500
        ? TRPC_ERROR_CODES_BY_KEY.PRECONDITION_FAILED
        : TRPC_ERROR_CODES_BY_KEY.INTERNAL_SERVER_ERROR;
  }
}
