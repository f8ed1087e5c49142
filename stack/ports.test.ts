import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort, freePortFrom, portsOutside, readEphemeralRange } from './ports.ts';

describe('freePort', () => {
  it('gives ports outside the ephemeral range, none of them twice', async () => {
    const { low, high } = readEphemeralRange();
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
    expect(new Set(ports).size).toBe(50);
    for (const port of ports) expect(port < low || port > high).toBe(true);
  });
});

describe('freePortFrom', () => {
  it('passes over a port that is taken', async () => {
    const server = createServer();
    const taken = await freePort();
    await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
    try {
      expect(await freePortFrom(taken)).toBeGreaterThan(taken);
    } finally {
      server.close();
    }
  });
});

describe('portsOutside', () => {
  it('uses what lies above a range that begins low', () => {
    const ports = portsOutside({ low: 1024, high: 60_000 });
    expect(Math.min(...ports)).toBe(60_001);
  });

  it('refuses a range that leaves nearly nothing', () => {
    expect(() => portsOutside({ low: 1024, high: 65_000 })).toThrow('too few ports');
  });
});
