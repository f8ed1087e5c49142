import { defineConfig } from 'vitest/config';

const INTEGRATION = '**/*.integration.test.ts';

/** Never tests of ours: other people's code, and what Playwright runs. */
const EXCLUDED = ['**/node_modules/**', '.next/**', '.next-chaos/**', '.stack/**', 'reports/**', 'e2e/**'];

export default defineConfig({
  test: {
    projects: [
      {
        // Pure logic and small servers in the same process: no database, a second or two for all of it.
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [INTEGRATION, ...EXCLUDED],
          testTimeout: 10_000,
        },
      },
      {
        // Against a real Postgres, which this project starts; also what starts and kills processes.
        test: {
          name: 'integration',
          include: [INTEGRATION],
          exclude: EXCLUDED,
          globalSetup: ['stack/testing/postgres-global-setup.ts'],
          testTimeout: 60_000,
          // Most of them wait for a lease to run out: it costs nothing that many do.
          maxConcurrency: 10,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
