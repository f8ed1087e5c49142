import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findToxiproxy, TOXIPROXY_VERSION } from './toxiproxy-binary.ts';

let directory: string;
let cached: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'checkout-binary-'));
  vi.stubEnv('CHECKOUT_CACHE_DIR', join(directory, 'cache'));
  cached = join(directory, 'cache', 'bin', `toxiproxy-server-${TOXIPROXY_VERSION}`);
  mkdirSync(join(directory, 'cache', 'bin'), { recursive: true });
  writeFileSync(cached, '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

function install(version: string): string {
  const path = join(directory, 'toxiproxy-server');
  writeFileSync(path, `#!/bin/sh\necho toxiproxy-server version ${version}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${directory}:${process.env['PATH']}`);
  return path;
}

describe('findToxiproxy', () => {
  it.each(['2.12.0', '2.5.0', 'git'])("takes the machine's own of version %s", async (version) => {
    const path = install(version);
    expect(await findToxiproxy()).toBe(path);
  });

  it.each(['2.1.4', '1.2.1'])('passes over one of version %s, which has no metrics', async (version) => {
    install(version);
    expect(await findToxiproxy()).toBe(cached);
  });

  it('takes the one in the cache where the machine has none', async () => {
    vi.stubEnv('PATH', directory);
    expect(await findToxiproxy()).toBe(cached);
  });
});
