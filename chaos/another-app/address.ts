import { lookup } from 'node:dns/promises';
import { BlockList, connect } from 'node:net';
import { EnvironmentError } from '../environment-error.ts';
import { AppMistake } from './app-mistake.ts';

/** Where to connect: a number, so that a name can't mean somebody else the next time. */
export interface Address {
  host: string;
  port: number;
}

/** Long for a machine that is there. */
const CONNECT_LIMIT_MS = 2_000;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Finds out where an address of the app file is, and that somebody listens there.
 *
 * What the harness does to an app is an attack anywhere but at home. So an address of another machine is
 * refused unless its people say that they mean it, and one name that leads to both is another machine's.
 *
 * @throws AppMistake if it isn't of this machine, and that wasn't allowed
 * @throws EnvironmentError if nobody is there
 */
export async function reach(text: string, { allowRemote }: { allowRemote: boolean }): Promise<Address> {
  const { host, port } = split(text);
  const found = await lookup(host, { all: true, order: 'ipv4first' }).catch((cause: unknown) => {
    throw new EnvironmentError(`${text}: nobody knows where ${host} is.`, { cause });
  });
  const isHere = found.every(({ address, family }) =>
    LOOPBACK.check(address, family === 6 ? 'ipv6' : 'ipv4'),
  );
  if (!isHere && !allowRemote)
    throw new AppMistake(
      `${text} is on another machine. The harness would load it and break its connections: ` +
        'if it is yours, and nobody else is on it, say --allow-remote.',
    );
  for (const { address } of found) if (await accepts(address, port)) return { host: address, port };
  throw new EnvironmentError(`${text} doesn’t answer: start the app first, the harness doesn’t.`);
}

/** `host:port`, or the same as a URL. */
function split(text: string): Address {
  const { hostname, port } = new URL(text.includes('://') ? text : `http://${text}`);
  // A URL has an IPv6 address in brackets, and drops the port that is its scheme's own.
  return { host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port || '80') };
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_LIMIT_MS });
    const over = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.on('connect', () => over(true));
    socket.on('timeout', () => over(false));
    socket.on('error', () => over(false));
  });
}
