import { defineConfig } from 'vitest/config';

/** The core's fast tests: what a mutant of the core has to survive. No database, no sampled schedules. */
export default defineConfig({
  test: {
    include: [
      'src/idempotency/core/*.test.ts',
      'src/idempotency/trpc/*.test.ts',
      'src/idempotency/testing/memory-store.test.ts',
      'src/idempotency/readme.test.ts',
    ],
    testTimeout: 10_000,
  },
});
