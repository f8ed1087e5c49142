import { hashOf } from '../history/answer.ts';
import type { CompletionDetails } from '../history/recorder.ts';
import type { PlacedOrder } from '../history/value.ts';

/** The shop's word that it is bought. */
export function acknowledged(order: PlacedOrder, replayed = false): CompletionDetails {
  const body = JSON.stringify({ result: { data: order } });
  return { type: 'ok', value: order, response: { httpStatus: 200, bodyHash: hashOf(body), replayed } };
}

/** A definite business answer, stored under the key. */
export function refused(code: string, httpStatus: number, replayed = false): CompletionDetails {
  const bodyHash = hashOf(`${httpStatus} ${code}`);
  return { type: 'refused', errorClass: code, response: { httpStatus, bodyHash, replayed } };
}

/** Proven not executed, by the shop's own word. */
export function neverRuns(code: string, httpStatus: number): CompletionDetails {
  return { ...refused(code, httpStatus), type: 'fail' };
}
