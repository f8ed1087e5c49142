import type { TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { Problem } from '../idempotency/index.ts';
import { problemOf } from '../idempotency/trpc/index.ts';
import { apiErrorTable, type ApiErrorCode } from './errors.ts';
import { UnfitBody } from './fit-json.ts';

/** The problem that any error of a procedure is answered with, whatever the transport. */
export function problemOfError(error: TRPCError): Problem {
  return problemOf(error) ?? problemOfApiError(error);
}

/** What a caller did wrong is told; what went wrong inside is not: it may hold what nobody outside should read. */
function problemOfApiError(error: TRPCError): Problem {
  const code = codeOf(error);
  const { status, title, detail, definite, retryable } = apiErrorTable[code];
  return {
    type: 'about:blank',
    title,
    status,
    detail: code === 'BAD_INPUT' ? (describeInput(error) ?? detail) : detail,
    code,
    definite,
    retryable,
    retryAfterMs: null,
    operationId: null,
  };
}

function codeOf({ code }: TRPCError): ApiErrorCode {
  switch (code) {
    case 'BAD_REQUEST':
    case 'PARSE_ERROR':
      return 'BAD_INPUT';
    case 'UNAUTHORIZED':
      return 'UNAUTHENTICATED';
    case 'FORBIDDEN':
      return 'CROSS_SITE';
    case 'NOT_FOUND':
      return 'NOT_FOUND';
    case 'METHOD_NOT_SUPPORTED':
      return 'METHOD_NOT_ALLOWED';
    case 'PAYLOAD_TOO_LARGE':
      return 'PAYLOAD_TOO_LARGE';
    case 'UNSUPPORTED_MEDIA_TYPE':
      return 'UNSUPPORTED_MEDIA_TYPE';
    case 'SERVICE_UNAVAILABLE':
      return 'UNAVAILABLE';
    default:
      // Nothing of ours, so nothing is known of it; and what isn't known is never called definite.
      return 'INTERNAL';
  }
}

function describeInput(error: TRPCError): string | null {
  if (error.cause instanceof UnfitBody) return error.cause.message;
  if (!(error.cause instanceof z.ZodError)) return null;
  const [issue] = error.cause.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  return path === ''
    ? `The input is wrong: ${issue?.message ?? ''}`
    : `The input’s ${path} is wrong: ${issue?.message ?? ''}`;
}
