import { errorTable, type IdempotencyErrorCode } from '../../idempotency/index.ts';
import { refusalTable, type RefusalCode } from '../../shop/refusals.ts';
import { apiErrorTable, type ApiErrorCode } from '../errors.ts';
import type { ErrorContract } from './contract.ts';

export type ErrorCode = ApiErrorCode | IdempotencyErrorCode | RefusalCode;

/** A refusal is stored or follows from what is there: it stays true until the caller changes something. */
const refusals = Object.entries(refusalTable).map(
  ([code, row]) => [code, { ...row, definite: true, retryable: false }] as const,
);

/**
 * Every error that a caller may meet. Where two parts speak of one thing (an internal error, something that
 * isn't found), the more general words stand here; that they mean the same is tested.
 */
export const errorCatalogue: Readonly<Record<ErrorCode, ErrorContract>> = {
  ...errorTable,
  ...apiErrorTable,
  ...(Object.fromEntries(refusals) as Record<RefusalCode, ErrorContract>),
};

/** What any call with a key may be answered with, whatever it does. */
export const keyErrors = Object.keys(errorTable) as readonly IdempotencyErrorCode[];

/** What any call may be answered with, whichever procedure it names. */
export const anyCallErrors = [
  'CROSS_SITE',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'INTERNAL',
] as const satisfies readonly ErrorCode[];
