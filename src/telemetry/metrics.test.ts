import { describe, expect, test } from 'vitest';
import { metricsHandler } from '../api/metrics-handler.ts';
import type { EngineEvent } from '../idempotency/index.ts';
import { EngineMetrics } from './metrics.ts';

const id = { key: '0199-secret', scope: 'customer-1', procedure: 'checkout.placeOrder' };

function answered(
  decision: 'executed' | 'replayed' | 'refused',
  attempt: number,
  reason: string,
): EngineEvent {
  const code = decision === 'refused' ? 'IDEMPOTENCY_KEY_REUSED' : null;
  return {
    type: 'answered',
    id,
    operationId: 'op_1',
    attempt: { number: attempt, reason },
    decision,
    code,
    durationMs: 12,
  };
}

describe('metrics', () => {
  test('count calls by decision and code, and retries by reason', async () => {
    const metrics = new EngineMetrics();
    metrics.listener(answered('executed', 1, ''));
    metrics.listener(answered('replayed', 2, 'timeout'));
    metrics.listener(answered('replayed', 3, 'timeout'));
    metrics.listener(answered('refused', 2, 'made_up'));
    const text = await metrics.registry.metrics();
    const call = 'idempotency_calls_total{procedure="checkout.placeOrder"';
    expect(text).toContain(`${call},decision="executed",code=""} 1`);
    expect(text).toContain(`${call},decision="replayed",code=""} 2`);
    expect(text).toContain(`${call},decision="refused",code="IDEMPOTENCY_KEY_REUSED"} 1`);
    expect(text).toContain('retries_total{procedure="checkout.placeOrder",reason="timeout"} 2');
    expect(text).toContain('retries_total{procedure="checkout.placeOrder",reason="other"} 1');
    expect(text).not.toContain('secret');
    expect(text).not.toContain('customer-1');
  });

  test('are told to who has the token, and otherwise there is nothing to find', async () => {
    const { registry } = new EngineMetrics();
    const ask = async (token: string | undefined, authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization };
      return (await metricsHandler(registry, token)(new Request('http://shop/api/metrics', { headers })))
        .status;
    };
    const token = 'a token that nobody guesses';
    expect(await ask(token, `Bearer ${token}`)).toBe(200);
    expect(await ask(token, 'Bearer another')).toBe(404);
    expect(await ask(token)).toBe(404);
    expect(await ask(undefined, 'Bearer undefined')).toBe(404);
  });
});
