import { describe, expect, test } from 'vitest';
import { makeKey } from '../idempotency/testing/index.ts';
import type { Services } from '../services.ts';
import { customerCookie, newCustomerId } from './customer-cookie.ts';
import { contextOf } from './request-context.ts';

const node = { services: {} as Services, cookieSecret: 'a secret that is long enough for tests' };
const contextFor = (headers: Record<string, string>) =>
  contextOf(new Request('http://shop/api', { method: 'POST', headers }), node, {
    responseHeaders: new Headers(),
    isBatch: false,
  });

describe('what a call’s headers say, by either transport', () => {
  const customerId = newCustomerId();
  const cookie = customerCookie(customerId, node.cookieSecret);

  test('who asks, with which key, as which attempt', () => {
    const key = makeKey();
    const context = contextFor({
      cookie: `theme=dark; customer=${cookie}; customer_mark=x`,
      'idempotency-key': `"${key}"`,
      'x-attempt': '3',
      'x-retry-reason': 'timeout',
    });
    expect(context).toMatchObject({
      customerId,
      idempotencyKey: key,
      attempt: { number: 3, reason: 'timeout' },
    });
  });

  test('nothing of it', () => {
    expect(contextFor({})).toMatchObject({ customerId: null, idempotencyKey: null, attempt: null });
  });

  test.each([`not_customer=${cookie}`, `customer=${cookie}x`, `customer=${customerId}`])(
    'a cookie that isn’t ours: %s',
    (header) => {
      expect(contextFor({ cookie: header }).customerId).toBeNull();
    },
  );

  test('a call that another site made a browser send has no context', () => {
    expect(() => contextFor({ cookie: `customer=${cookie}`, 'sec-fetch-site': 'cross-site' })).toThrow(
      'FORBIDDEN',
    );
  });
});
