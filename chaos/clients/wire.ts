import { BAD_BODY, classifyAnswer, hashOf } from '../history/answer.ts';
import type { OperationEvent } from '../history/event.ts';
import type { CompletionDetails, HistoryRecorder, InvokeDetails } from '../history/recorder.ts';

export interface WireRequest {
  url: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Ends the attempt: the client's time limit, or its caller. */
  signal: AbortSignal;
  /**
   * The same bytes leave a second time, on another connection, and nobody hears what becomes of them: as
   * Chromium does when a connection that it used before ends without an answer.
   */
  twice?: boolean;
}

/** The answer that was read to its end. */
export interface WireAnswer {
  status: number;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

/** One attempt as the history has it, and what the client may make of it. */
export interface Exchange {
  invoke: OperationEvent;
  completion: OperationEvent;
  /** Null if no complete answer came. */
  answer: WireAnswer | null;
  /** Why there was none. */
  failure: unknown;
}

/** What a JSON procedure promises: null for a body that it doesn't accept. */
export type Accept = (data: unknown) => unknown;

/** Reads complete answers of somebody else's form. */
export interface AnswerReader {
  read(answer: WireAnswer): Omit<CompletionDetails, 'response'> & { replayed: boolean };
}

/**
 * Sends one request and writes down both its ends: that it is about to leave, before the first byte, and
 * what came back, after the last. Both clients go through here, the product's beneath its own links, so
 * that the history speaks of the wire and not of anybody's opinion.
 */
export async function exchange(
  history: HistoryRecorder,
  details: InvokeDetails,
  request: WireRequest,
  accept: Accept | AnswerReader | 'page',
): Promise<Exchange> {
  const payloadHash = request.body === undefined ? null : hashOf(request.body);
  const invoke = history.invoke({ to: new URL(request.url).host, payloadHash, ...details });
  if (request.twice === true) unheard(send(request));
  try {
    const response = await send(request);
    const body = new Uint8Array(await response.arrayBuffer());
    const answer = { status: response.status, headers: response.headers, body };
    const completion = history.complete(invoke, classify(answer, accept));
    return {
      invoke,
      completion,
      answer: completion.errorClass === 'truncated' ? null : answer,
      failure: null,
    };
  } catch (failure) {
    // An error of the harness's own must not pass for one of the network.
    if (!isOfTheNetwork(failure)) throw failure;
    const errorClass = request.signal.aborted ? 'timeout' : 'network';
    return {
      invoke,
      completion: history.complete(invoke, { type: 'info', errorClass }),
      answer: null,
      failure,
    };
  }
}

function send(request: WireRequest): Promise<Response> {
  return fetch(request.url, {
    method: request.method,
    // Compressed, a cut answer would be found out by the decompressor: the client under test has none.
    headers: { ...request.headers, 'accept-encoding': 'identity' },
    ...(request.body === undefined ? {} : { body: request.body }),
    signal: request.signal,
    redirect: 'error',
  });
}

/** Read to its end all the same: left unread, an answer keeps its connection from others. */
function unheard(answer: Promise<Response>): void {
  answer.then((response) => response.arrayBuffer()).catch(() => undefined);
}

function classify(answer: WireAnswer, accept: Accept | AnswerReader | 'page'): CompletionDetails {
  if (accept === 'page') return classifyPage(answer);
  if (typeof accept === 'object') return classifyForeign(answer, accept);
  return classifyAnswer(
    {
      httpStatus: answer.status,
      replayed: answer.headers.get('idempotent-replayed') === 'true',
      body: answer.body,
      complete: isComplete(answer),
    },
    accept,
  );
}

/** A page is for people: whether it's the right one is the browser tests' question. */
function classifyPage(answer: WireAnswer): CompletionDetails {
  if (!isComplete(answer)) return { type: 'info', errorClass: 'truncated' };
  const response = { httpStatus: answer.status, bodyHash: hashOf(answer.body), replayed: false };
  if (answer.status === 200) return { type: 'ok', response };
  return { type: 'info', errorClass: answer.status < 500 ? BAD_BODY : `http_${answer.status}`, response };
}

/** Whatever its reader makes of it: of half an answer it is nobody's to make anything. */
function classifyForeign(answer: WireAnswer, reader: AnswerReader): CompletionDetails {
  if (!isComplete(answer)) return { type: 'info', errorClass: 'truncated' };
  const { replayed, ...completion } = reader.read(answer);
  const response = { httpStatus: answer.status, bodyHash: hashOf(answer.body), replayed };
  return { ...completion, response };
}

/** Fetch itself fails on a body that ends before its announced end; one that announces none can't be known to be whole. */
function isComplete({ headers, body }: WireAnswer): boolean {
  const length = headers.get('content-length');
  if (length !== null) return Number(length) === body.byteLength;
  return headers.get('transfer-encoding')?.includes('chunked') === true;
}

/** What fetch throws: a TypeError with the socket's error for its cause, or the signal's reason. */
function isOfTheNetwork(error: unknown): boolean {
  if (error instanceof DOMException) return true;
  if (error instanceof TypeError) return error.cause !== undefined;
  return error instanceof Error && 'code' in error;
}
