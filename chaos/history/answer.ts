import { createHash } from 'node:crypto';
import { meaningOf } from './error-table.ts';
import type { CompletionDetails } from './recorder.ts';

/** An HTTP answer as it came over the wire. */
export interface Answer {
  httpStatus: number;
  replayed: boolean;
  body: Uint8Array;
  /**
   * The body came to its announced end (Content-Length reached, or the last chunk seen). An answer
   * that announces no end can't be known to be whole: false.
   */
  complete: boolean;
}

/** The complete answer of a shop that broke its own contract; a checker makes it a violation. */
export const BAD_BODY = 'bad_body';

/**
 * Says how an operation ended, from its answer alone. `accept` is the harness's schema of a good
 * `result.data`: it returns null for what it doesn't accept.
 *
 * An acknowledgement is a complete 2xx whose body is accepted, and nothing less. A truncated 200 is
 * in doubt. A refusal is believed only if status and body agree that it is one.
 */
export function classifyAnswer(answer: Answer, accept: (data: unknown) => unknown): CompletionDetails {
  if (!answer.complete) return { type: 'info', errorClass: 'truncated' };
  const response = {
    httpStatus: answer.httpStatus,
    bodyHash: hashOf(answer.body),
    replayed: answer.replayed,
  };
  const body = parse(answer.body);
  if (answer.httpStatus >= 200 && answer.httpStatus < 300) {
    const value = accept(at(at(body, 'result'), 'data'));
    if (value !== null && value !== undefined) return { type: 'ok', value, response };
    return { type: 'info', errorClass: BAD_BODY, value: body, response };
  }
  if (answer.httpStatus < 400 || at(body, 'result') !== undefined) {
    return { type: 'info', errorClass: BAD_BODY, value: body, response };
  }
  const error = at(at(body, 'error'), 'data');
  const code = at(error, 'code');
  // A proxy or a framework said this, not the shop: nothing follows from it.
  if (typeof code !== 'string') return { type: 'info', errorClass: `http_${answer.httpStatus}`, response };
  // A definite word under a server error's status contradicts itself.
  if (answer.httpStatus >= 500) return { type: 'info', errorClass: code, value: error, response };
  return { type: meaningOf(code).type, errorClass: code, value: error, response };
}

export function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
