import { join } from 'node:path';
import { defineConfig } from 'playwright/test';

const REPORTS = join(import.meta.dirname, '..', 'reports', 'e2e');

/** Longer than the client's whole budget for one press of Pay: what ends in 'unknown' must be seen to. */
const TEST_LIMIT_MS = 90_000;
const EXPECT_LIMIT_MS = 10_000;

export default defineConfig({
  testDir: '.',
  projects: [
    { name: 'shop', testMatch: '*.spec.ts', testIgnore: 'screenshots.spec.ts' },
    // For people to look at (`npm run screenshots`): every page and state, wide and on a phone.
    { name: 'screenshots', testMatch: 'screenshots.spec.ts' },
  ],
  outputDir: join(REPORTS, 'failures'),
  // One stack serves all tests, one after the other: what is new in the ledger is then the test's own.
  workers: 1,
  fullyParallel: false,
  // A double charge isn't rerun away.
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: TEST_LIMIT_MS,
  expect: { timeout: EXPECT_LIMIT_MS },
  reporter: [['list'], ['json', { outputFile: join(REPORTS, 'results.json') }]],
  use: {
    viewport: { width: 1280, height: 900 },
    locale: 'en-IE',
    timezoneId: 'UTC',
    actionTimeout: EXPECT_LIMIT_MS,
    navigationTimeout: 2 * EXPECT_LIMIT_MS,
    // Without its film strip, which costs every test about a second; the DOM's snapshots tell more.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: true, sources: true },
    screenshot: 'only-on-failure',
  },
});
