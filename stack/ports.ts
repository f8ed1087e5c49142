import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Below it lie ports that other programs like, and some that browsers refuse to speak to. */
const LOWEST = 12_000;
const HIGHEST = 65_535;

/** Ports given out by this process, whose programs may not have bound them yet. */
const given = new Set<number>();

/**
 * A free port outside the system's ephemeral range.
 *
 * A port inside it may at any time become the source of somebody's outgoing connection. While its own
 * program is down (killed on purpose, or a proxy that was disabled) it would be taken, and the restart
 * would fail with EADDRINUSE.
 */
export async function freePort(): Promise<number> {
  const ports = portsOutside(readEphemeralRange());
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const port = ports[Math.floor(Math.random() * ports.length)];
    if (port !== undefined && (await claim(port))) return port;
  }
  throw new Error('No free port was found outside the ephemeral range.');
}

/** The first free port from `first` on: for addresses that people type. */
export async function freePortFrom(first: number): Promise<number> {
  for (let port = first; port <= HIGHEST; port += 1) if (await claim(port)) return port;
  throw new Error(`No port from ${first} on is free.`);
}

async function claim(port: number): Promise<boolean> {
  if (given.has(port)) return false;
  given.add(port);
  if (await canBind(port)) return true;
  given.delete(port);
  return false;
}

/** Gives ports back, so that a process that starts many stacks doesn't run out. */
export function returnPorts(ports: Iterable<number>): void {
  for (const port of ports) given.delete(port);
}

interface Range {
  low: number;
  high: number;
}

export function readEphemeralRange(): Range {
  try {
    const [low, high] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
      .trim()
      .split(/\s+/)
      .map(Number);
    if (low && high) return { low, high };
  } catch {
    // Not Linux.
  }
  return { low: 49_152, high: 65_535 };
}

export function portsOutside(ephemeral: Range): number[] {
  const ports: number[] = [];
  for (let port = LOWEST; port <= HIGHEST; port += 1) {
    if (port < ephemeral.low || port > ephemeral.high) ports.push(port);
  }
  if (ports.length < 1_000)
    throw new Error('The ephemeral range leaves too few ports (net.ipv4.ip_local_port_range).');
  return ports;
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
