import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

const valid = { PORT: '4010', SANDBOX_LEDGER: '/tmp/ledger.sqlite' };

describe('settings', () => {
  it('are read from the environment', () => {
    expect(readSettings({ ...valid, SANDBOX_SLOW_MS: '25' })).toEqual({
      ok: true,
      settings: { port: 4010, ledgerPath: '/tmp/ledger.sqlite', slowMs: 25 },
    });
  });

  it('answer slowly after four seconds unless told otherwise', () => {
    expect(readSettings(valid)).toMatchObject({ settings: { slowMs: 4_000 } });
  });

  it.each([
    [{ ...valid, PORT: undefined }, 'PORT'],
    [{ ...valid, PORT: '' }, 'PORT'],
    [{ ...valid, PORT: 'http' }, 'PORT'],
    [{ ...valid, PORT: '70000' }, 'PORT'],
    [{ ...valid, SANDBOX_LEDGER: undefined }, 'SANDBOX_LEDGER'],
    [{ ...valid, SANDBOX_LEDGER: '' }, 'SANDBOX_LEDGER'],
    [{ ...valid, SANDBOX_SLOW_MS: '-1' }, 'SANDBOX_SLOW_MS'],
    [{ ...valid, SANDBOX_SLOW_MS: '' }, 'SANDBOX_SLOW_MS'],
  ])('%j is refused in one sentence about %s', (env, name) => {
    const read = readSettings(env);
    expect(read.ok).toBe(false);
    expect(read).toHaveProperty('problem', expect.stringMatching(new RegExp(`^${name} must [^.]*\\.$`)));
  });
});
