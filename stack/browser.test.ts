import { afterEach, describe, expect, it, vi } from 'vitest';
import { findBrowser } from './browser.ts';

afterEach(() => vi.unstubAllEnvs());

describe('findBrowser', () => {
  it('takes the program that CHROMIUM_PATH names', async () => {
    vi.stubEnv('CHROMIUM_PATH', process.execPath);
    expect(await findBrowser()).toMatchObject({ executablePath: process.execPath });
  });

  it('does not look further when that is no program', async () => {
    vi.stubEnv('CHROMIUM_PATH', '/nowhere/chromium');
    await expect(findBrowser()).rejects.toThrow('CHROMIUM_PATH is /nowhere/chromium');
  });

  it("turns Chromium's sandbox off for root alone", async () => {
    vi.stubEnv('CHROMIUM_PATH', process.execPath);
    const { args } = await findBrowser();
    expect(args.includes('--no-sandbox')).toBe(process.getuid?.() === 0);
  });
});
