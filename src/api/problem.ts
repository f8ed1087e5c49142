import type { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { z } from 'zod';
import type { Problem } from '../idempotency/index.ts';

/**
 * Any other error as a problem. What a caller did wrong is told; what went wrong inside is not: its
 * message may hold what nobody outside should read.
 */
export function problemOfTrpcError(error: TRPCError): Problem {
  const status = getHTTPStatusCodeFromError(error);
  const base = { type: 'about:blank', status, retryAfterMs: null, operationId: null };
  switch (error.code) {
    case 'BAD_REQUEST':
    case 'PARSE_ERROR':
      return {
        ...base,
        ...told('BAD_INPUT', 'Bad input', describeInput(error)),
        definite: true,
        retryable: false,
      };
    case 'UNAUTHORIZED':
      return {
        ...base,
        ...told('UNAUTHENTICATED', 'Unauthenticated', error.message),
        definite: true,
        retryable: false,
      };
    case 'NOT_FOUND':
      return {
        ...base,
        ...told('NOT_FOUND', 'Not found', 'There is no such procedure.'),
        definite: true,
        retryable: false,
      };
    case 'SERVICE_UNAVAILABLE':
      return {
        ...base,
        ...told('UNAVAILABLE', 'Temporarily unavailable', error.message),
        definite: false,
        retryable: true,
      };
    default:
      if (status < 500)
        return { ...base, ...told(error.code, 'Refused', error.message), definite: true, retryable: false };
      return {
        ...base,
        ...told('INTERNAL', 'Internal error', 'Something went wrong on our side. Try again.'),
        definite: false,
        retryable: true,
      };
  }
}

function told(code: string, title: string, detail: string) {
  return { code, title, detail };
}

function describeInput(error: TRPCError): string {
  if (!(error.cause instanceof z.ZodError)) return 'The input is not valid JSON of the expected shape.';
  const [issue] = error.cause.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  return path === ''
    ? `The input is wrong: ${issue?.message ?? ''}`
    : `The input’s ${path} is wrong: ${issue?.message ?? ''}`;
}
