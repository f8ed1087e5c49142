import { describe, expect, test } from 'vitest';
import type { PendingAttempt, Refusal } from '../../client/index.ts';
import { PaymentDesk } from './payment-desk.ts';
import type { PaymentOutcome, PaymentPort } from './payment-port.ts';

const PAYMENT = { checkoutId: 'chk_1', version: 1, paymentMethod: 'pm_card_visa' };

const ATTEMPT: PendingAttempt = {
  customer: 'guest',
  procedure: 'checkout.placeOrder',
  intent: 'chk_1',
  key: '019aac00-0000-7000-8000-000000000001',
  input: PAYMENT,
  createdAtMs: 0,
  attempts: 1,
  operationId: null,
};

const PAID: PaymentOutcome = {
  kind: 'succeeded',
  result: {
    orderId: 'ord_1',
    reference: 'A1B2-C3D4',
    operationId: 'op_1',
    status: 'paid',
    totalMinor: 2_800,
    currency: 'EUR',
  },
};

const DECLINED: PaymentOutcome = { kind: 'refused', refusal: refusal('CARD_DECLINED', true) };

const UNKNOWN: PaymentOutcome = {
  kind: 'unknown',
  attempt: ATTEMPT,
  why: { operationId: 'op_1', state: null, refusal: null },
};

function refusal(code: string, definite: boolean): Refusal {
  return {
    code,
    status: 402,
    title: '',
    detail: '',
    definite,
    retryable: false,
    retryAfterMs: null,
    operationId: 'op_1',
  };
}

/** A port whose calls are answered by the test, one by one. */
class ScriptedPort implements PaymentPort {
  readonly calls: string[] = [];
  stored: PendingAttempt | null = null;
  offline = false;
  readonly #answers: ((outcome: PaymentOutcome) => void)[] = [];
  readonly #listeners = new Set<() => void>();

  pay = () => this.#call('pay');
  resume = () => this.#call('resume');
  ask = () => this.#call('ask');
  close = () => this.#call('close');
  pending = () => this.stored;
  isOffline = () => this.offline;
  now = () => 1_000;

  subscribe(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  /** Another tab, or this one's client, has changed what is stored. */
  store(attempt: PendingAttempt | null): void {
    this.stored = attempt;
    for (const listener of this.#listeners) listener();
  }

  async answer(outcome: PaymentOutcome): Promise<void> {
    const first = this.#answers.shift();
    if (first === undefined) throw new Error('No call is waiting for an answer');
    first(outcome);
    // The desk's own continuations run before the test looks.
    await new Promise((resolve) => setImmediate(resolve));
  }

  #call(name: string): Promise<PaymentOutcome> {
    this.calls.push(name);
    return new Promise((resolve) => this.#answers.push(resolve));
  }
}

function setUp() {
  const port = new ScriptedPort();
  return { port, desk: new PaymentDesk(port) };
}

describe('idle', () => {
  test('a second press while the first is under way sends nothing', async () => {
    const { port, desk } = setUp();
    void desk.pay(PAYMENT);
    void desk.pay(PAYMENT);
    expect(port.calls).toEqual(['pay']);
    await port.answer(PAID);
    expect(desk.state).toEqual({ kind: 'paid', orderId: 'ord_1', reference: 'A1B2-C3D4' });
  });

  test('offline: nothing is sent, and nothing is said to be unknown', async () => {
    const { port, desk } = setUp();
    port.offline = true;
    await desk.pay(PAYMENT);
    expect(port.calls).toEqual([]);
    expect(desk.state).toEqual({ kind: 'idle', notSent: 'offline' });
  });

  test('what another tab begins is joined', async () => {
    const { port, desk } = setUp();
    desk.watch();
    port.store(ATTEMPT);
    expect(desk.state).toMatchObject({ kind: 'paying', origin: 'elsewhere' });
    expect(port.calls).toEqual(['resume']);
  });

  test('what a reload interrupted goes on by itself', () => {
    const { port, desk } = setUp();
    port.stored = ATTEMPT;
    desk.watch();
    expect(desk.state).toMatchObject({ kind: 'paying', origin: 'resumed' });
  });

  test('a press that meets an open attempt with another card waits for that one', async () => {
    const { port, desk } = setUp();
    void desk.pay(PAYMENT);
    await port.answer({ kind: 'blocked', attempt: ATTEMPT });
    expect(port.calls).toEqual(['pay', 'resume']);
    await port.answer(PAID);
    expect(desk.state.kind).toBe('paid');
  });
});

describe('refused', () => {
  test('another payment may follow', async () => {
    const { port, desk } = setUp();
    void desk.pay(PAYMENT);
    await port.answer(DECLINED);
    expect(desk.state).toMatchObject({ kind: 'refused', code: 'CARD_DECLINED' });
    void desk.pay(PAYMENT);
    expect(port.calls).toEqual(['pay', 'pay']);
  });
});

describe('unknown', () => {
  async function unknown() {
    const { port, desk } = setUp();
    desk.watch();
    void desk.pay(PAYMENT);
    port.store(ATTEMPT);
    await port.answer(UNKNOWN);
    expect(desk.state).toEqual({ kind: 'unknown', operationId: 'op_1', why: 'no-answer' });
    return { port, desk };
  }

  test('no payment is accepted', async () => {
    const { port, desk } = await unknown();
    await desk.pay(PAYMENT);
    expect(port.calls).toEqual(['pay']);
    expect(desk.state.kind).toBe('unknown');
  });

  test('leaving the page does not forget it', async () => {
    const { desk } = await unknown();
    desk.leave();
    expect(desk.state.kind).toBe('unknown');
  });

  test('checking again resumes the same attempt', async () => {
    const { port, desk } = await unknown();
    void desk.checkAgain();
    expect(port.calls).toEqual(['pay', 'resume']);
    expect(desk.state).toMatchObject({ kind: 'paying', origin: 'again' });
  });

  test('a quiet question that brings nothing changes nothing', async () => {
    const { port, desk } = await unknown();
    const before = desk.state;
    void desk.ask();
    await port.answer(UNKNOWN);
    expect(desk.state).toBe(before);
  });

  test('a quiet question that brings the outcome tells it', async () => {
    const { port, desk } = await unknown();
    void desk.ask();
    await port.answer(PAID);
    expect(desk.state.kind).toBe('paid');
  });

  test('an attempt that another tab has settled and cleared is still asked after', async () => {
    const { port, desk } = await unknown();
    port.store(null);
    expect(port.calls).toEqual(['pay', 'ask']);
    await port.answer(DECLINED);
    expect(desk.state).toMatchObject({ kind: 'refused', code: 'CARD_DECLINED' });
  });

  test('a key out of its window is not told as refused', async () => {
    const { port, desk } = setUp();
    port.stored = ATTEMPT;
    desk.watch();
    const why = { operationId: null, state: null, refusal: refusal('IDEMPOTENCY_KEY_EXPIRED', false) };
    await port.answer({ kind: 'unknown', attempt: ATTEMPT, why });
    expect(desk.state).toMatchObject({ kind: 'unknown', why: 'too-old' });
  });
});

describe('stopping a stored attempt', () => {
  test('one that never began is closed: nothing was charged', async () => {
    const { port, desk } = setUp();
    port.stored = ATTEMPT;
    void desk.close();
    await port.answer({ kind: 'closed' });
    expect(desk.state).toMatchObject({ kind: 'refused', code: 'OPERATION_CLOSED' });
  });

  test('one that went through is told as paid', async () => {
    const { port, desk } = setUp();
    port.stored = ATTEMPT;
    void desk.close();
    await port.answer(PAID);
    expect(desk.state.kind).toBe('paid');
  });

  test('one that is under way stays unknown', async () => {
    const { port, desk } = setUp();
    port.stored = ATTEMPT;
    void desk.close();
    await port.answer(UNKNOWN);
    expect(desk.state.kind).toBe('unknown');
  });
});
