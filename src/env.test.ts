import { describe, expect, test } from 'vitest';
import { parseWebEnv, parseWorkerEnv } from './env.ts';

const good = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://app:app@127.0.0.1:5432/shop',
  STRIPE_SECRET_KEY: 'sk_test_sandbox',
  STRIPE_API_BASE: 'http://127.0.0.1:12111',
  COOKIE_SECRET: 'x'.repeat(32),
  AUDIT_SECRET: 'y'.repeat(32),
} as const;

describe('the environment', () => {
  test('what is right', () => {
    expect(parseWebEnv(good)).toMatchObject({ NODE_NAME: 'node', LOG_LEVEL: 'info' });
    expect(parseWorkerEnv({ ...good, COOKIE_SECRET: undefined })).toMatchObject({ NODE_NAME: 'node' });
    expect(parseWebEnv({ ...good, STRIPE_API_BASE: '' }).STRIPE_API_BASE).toBeUndefined();
  });

  test.each([
    ['DATABASE_URL', 'mysql://x', 'must be a postgresql:// address'],
    ['DATABASE_URL', '', 'must be a postgresql:// address'],
    ['STRIPE_SECRET_KEY', 'sk_live_x', 'must be a key of Stripe’s test mode (sk_test_…)'],
    ['STRIPE_SECRET_KEY', undefined, 'must be a Stripe key'],
    ['STRIPE_API_BASE', 'ftp://x', 'must be an http:// address'],
    ['COOKIE_SECRET', 'short', 'must have at least 32 characters'],
    ['COOKIE_SECRET', undefined, 'must be set'],
    ['AUDIT_SECRET', 'short', 'must have at least 32 characters'],
    ['AUDIT_SECRET', undefined, 'must be set'],
    ['REGION', 'Über see', 'must be lower-case letters, digits and dashes'],
    ['NODE_NAME', 'Web 1', 'must be lower-case letters, digits and dashes'],
    ['LOG_LEVEL', 'loud', ''],
  ])('%s=%s is one sentence that names it and doesn’t show it', (name, value, says) => {
    const parse = () => parseWebEnv({ ...good, [name]: value });
    expect(parse).toThrow(`The environment variable ${name} ${says}`);
    const { message } = captured(parse);
    expect(message.split('\n')).toHaveLength(1);
    expect(value === undefined || value === '' || !message.includes(value)).toBe(true);
  });
});

function captured(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
