import { CommitUnknown, StoreUnavailable, TransactionAborted } from '../core/index.ts';

/**
 * What Prisma, its adapter and `pg` throw, told apart. One error text may stand for opposite outcomes
 * ('Connection terminated unexpectedly' at COMMIT), so what matters is *when* it was thrown.
 */

/** The SQLSTATE inside an error, wherever Prisma put it: raw query, model call, or during COMMIT. */
export function sqlState(error: unknown): string | null {
  for (let at: unknown = error, depth = 0; at instanceof Object && depth < 5; depth++) {
    const { code, originalCode, meta, cause } = at as Record<string, unknown>;
    if (typeof originalCode === 'string') return originalCode;
    if (
      typeof code === 'string' &&
      /^[0-9A-Z]{5}$/.test(code) &&
      !/^P\d{4}$/.test(code) &&
      !code.startsWith('E')
    )
      return code;
    at = (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError ?? cause;
  }
  return null;
}

/** 57: operator intervention (shutdown, cancelled); 08: connection; 53, 58: resources; 25P03, 25P04: timed out in a transaction. */
const UNAVAILABLE = /^(57|08|53|58|25P0[34])/;

/** Prisma's own codes for: can't reach, timed out, closed, pool exhausted, transaction ended. */
const PRISMA_UNAVAILABLE = new Set(['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037']);

/** Texts of errors that carry no code at all. */
const CONNECTION_TEXT =
  /connection terminated|connection ?closed|query read timeout|timeout exceeded when trying to connect|terminating connection|server closed the connection|client has encountered a connection error|connection error|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|socket hang up/i;

function abortedBy(state: string | null, cause: unknown): TransactionAborted | null {
  if (state === '40P01') return new TransactionAborted('deadlock', { cause });
  if (state === '40001') return new TransactionAborted('serialization', { cause });
  if (state === '55P03') return new TransactionAborted('lock_timeout', { cause });
  return null;
}

function isUnavailable(error: unknown, state: string | null): boolean {
  if (state !== null) return UNAVAILABLE.test(state);
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && PRISMA_UNAVAILABLE.has(code)) || CONNECTION_TEXT.test(describe(error));
}

function describe(error: Error): string {
  return `${error.name} ${error.message} ${JSON.stringify((error as { cause?: unknown }).cause ?? '')}`;
}

/** An error before COMMIT was sent: nothing was committed. The application's own errors come through. */
export function errorBeforeCommit(error: unknown): unknown {
  const state = sqlState(error);
  const aborted = abortedBy(state, error);
  if (aborted) return aborted;
  if (isUnavailable(error, state))
    return new StoreUnavailable('The database did not serve the transaction', { cause: error });
  return error;
}

/** An error after COMMIT was sent. Only an SQLSTATE that says so proves that it was undone. */
export function errorAtCommit(error: unknown): unknown {
  const state = sqlState(error);
  const aborted = abortedBy(state, error);
  if (aborted) return aborted;
  if (state !== null && !UNAVAILABLE.test(state)) return error;
  return new CommitUnknown('COMMIT was sent and its answer is missing', { cause: error });
}
