import { setTimeout as sleep } from 'node:timers/promises';
import { BAD_BODY } from '../history/answer.ts';
import type { OperationEvent } from '../history/event.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import { asPlacedOrder } from '../history/value.ts';
import type { PurchaseAsk } from '../history/value.ts';
import { recordPurchase } from '../clients/purchase.ts';
import type { Quirks } from '../clients/quirks.ts';
import { PREPARE_LIMIT_MS } from '../clients/shopper.ts';
import type { PayEnd, PayOptions, Route } from '../clients/shopper.ts';
import { uuidV7 } from '../clients/uuid-v7.ts';
import { exchange } from '../clients/wire.ts';
import type { AnswerReader, WireAnswer } from '../clients/wire.ts';
import type { RandomStream } from '../random.ts';
import type { PlannedIntent } from '../schedule/schedule.ts';
import { until } from '../topology/until.ts';
import { askOf, orderOf } from './app-values.ts';
import type { App, AppAnswer, PurchaseRequest, Reading } from './app.ts';
import { AppMistake, checked } from './app-mistake.ts';
import { readingSchema, requestSchema } from './app-schema.ts';

export interface AppCustomerOptions {
  app: App;
  intent: PlannedIntent;
  history: HistoryRecorder;
  route: Route;
  quirks: Readonly<Quirks>;
  random: (purpose: string) => RandomStream;
  signal: AbortSignal;
}

const PREPARE_PAUSE_MS = 100;

/** What leaves the machine, the same bytes for each attempt. */
interface Sent {
  key: string;
  request: PurchaseRequest;
  attempts: number;
}

/**
 * A customer of an app that isn't the shop, with one purchase in mind: as careful as a client can be. One key
 * for the purchase, the same bytes each time, until an answer is definite or the budget is used up.
 */
export class AppCustomer {
  readonly #options: AppCustomerOptions;
  #sent: Sent | null = null;

  constructor(options: AppCustomerOptions) {
    this.#options = options;
  }

  /** Everything up to the button, past every proxy: it isn't what is put to the test. */
  async prepare(): Promise<void> {
    const { app, intent, random, signal } = this.#options;
    const { nonce } = intent;
    const key = uuidV7(Date.now(), random('key'));
    const request = app.workload.request({ nonce, key, prepared: await this.#prepared(signal) });
    this.#sent = { key, request: checked(requestSchema, request, 'workload.request'), attempts: 0 };
  }

  /** Presses the button: one call, with as many attempts as its budget allows. */
  buy({ tab, maxAttempts }: PayOptions = {}): Promise<PayEnd> {
    const { app, intent, history, random, signal } = this.#options;
    const { limits } = app;
    const process = tab === undefined ? intent.customer : `${intent.customer}/${tab}`;
    const ask = askOf(intent, app);
    const backoff = random(`backoff of ${process}`);
    return recordPurchase(history, { process, intent: intent.nonce, ask }, async (call) => {
      const deadline = performance.now() + limits.totalBudgetMs;
      for (let attempt = 1; ; attempt += 1) {
        const completion = await this.#attempt(process, call, ask);
        const end = endOf(completion);
        if (end.type !== 'unknown' || attempt >= (maxAttempts ?? limits.maxAttempts)) return end;
        const longestMs = Math.min(limits.backoffCapMs, limits.backoffBaseMs * 2 ** (attempt - 1));
        const pauseMs = longestMs * backoff.number();
        if (performance.now() + pauseMs >= deadline) return end;
        await sleep(pauseMs, undefined, { signal });
      }
    });
  }

  async #prepared(signal: AbortSignal): Promise<unknown> {
    const { app, intent } = this.#options;
    const { prepare } = app.workload;
    if (prepare === undefined) return null;
    const url = app.nodes[intent.homeNode - 1] ?? '';
    let why: unknown = null;
    const tried = async () => {
      try {
        return { prepared: await prepare({ url, nonce: intent.nonce }) };
      } catch (error) {
        why = error;
        return null;
      }
    };
    const limits = { what: 'workload.prepare', limitMs: PREPARE_LIMIT_MS, pauseMs: PREPARE_PAUSE_MS, signal };
    const done = await until(tried, limits).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new AppMistake(`workload.prepare never succeeded: ${String(why)}`, { cause });
    });
    return done.prepared;
  }

  async #attempt(process: string, call: OperationEvent, ask: PurchaseAsk): Promise<OperationEvent> {
    const { app, intent, history, route, quirks, signal } = this.#options;
    const sent = this.#sent;
    if (sent === null) throw new Error('Bug: nothing is prepared yet');
    const attempt = (sent.attempts += 1);
    const { method = 'POST', path, headers = {}, body } = sent.request;
    const { key } = sent;
    const { completion } = await exchange(
      history,
      { process, f: 'placeOrder', key, intent: intent.nonce, attempt, value: ask, call: call.index },
      {
        url: `${route(attempt)}${path}`,
        method,
        // The last two are how an arrival is known to be this attempt's.
        headers: { ...headers, 'idempotency-key': key, 'x-attempt': String(attempt) },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(app.limits.attemptTimeoutMs)]),
        twice: quirks.resends,
      },
      readerOf(app, ask),
    );
    return completion;
  }
}

/** Reads an app's answers by its own people's word. */
function readerOf({ workload }: App, ask: PurchaseAsk): AnswerReader {
  return {
    read(wire) {
      const answer = answerOf(wire);
      let reading: Reading;
      let replayed = false;
      try {
        replayed = workload.isReplay?.(answer) ?? false;
        reading = workload.read(answer);
      } catch (error) {
        // So it is asked for: an answer that must never be given.
        const value = {
          status: answer.status,
          why: String(error),
          body: answer.text.slice(0, BODY_SHOWN_MAX),
        };
        return { type: 'info', errorClass: BAD_BODY, value, replayed };
      }
      return { ...completionOf(checked(readingSchema, reading, 'workload.read'), ask), replayed };
    },
  };
}

/** Of a body that can't be read: enough to see what it is. */
const BODY_SHOWN_MAX = 500;

function completionOf(reading: Reading, ask: PurchaseAsk) {
  switch (reading.says) {
    case 'ok':
      return { type: 'ok', value: orderOf(reading, ask) } as const;
    case 'refused':
    case 'fail':
      return { type: reading.says, errorClass: appCode(reading.code) } as const;
    case 'in doubt':
      return { type: 'info', errorClass: appCode(reading.code) } as const;
    default:
      return reading satisfies never;
  }
}

/** An app's word for it, which must not be taken for one of the shop's. */
function appCode(code: string): string {
  return `app:${code}`;
}

function answerOf({ status, headers, body }: WireAnswer): AppAnswer {
  const text = new TextDecoder().decode(body);
  return { status, headers, text, json: () => JSON.parse(text) as unknown };
}

function endOf(completion: OperationEvent): PayEnd {
  const code = completion.errorClass ?? 'unknown';
  switch (completion.type) {
    case 'ok': {
      const order = asPlacedOrder(completion.value);
      if (order === null) throw new Error('Bug: an acknowledgement without an order');
      return { type: 'ok', order };
    }
    case 'refused':
      return { type: 'refused', code };
    // Another attempt may do what this one didn't.
    case 'fail':
    case 'info':
      return { type: 'unknown', why: code };
    case 'invoke':
      throw new Error('Bug: an attempt that ended as it began');
    default:
      return completion.type satisfies never;
  }
}
