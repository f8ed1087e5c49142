import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../stack/index.ts';
import { EnvironmentError } from '../environment-error.ts';
import { reach } from './address.ts';
import { AppMistake } from './app-mistake.ts';

const ONLY_HERE = { allowRemote: false };

test.each(['127.0.0.1', 'localhost'])('somebody who listens at %s is reached', async (host) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await reach(`http://${host}:${port}`, ONLY_HERE)).toEqual({ host: '127.0.0.1', port });
  expect(await reach(`${host}:${port}`, ONLY_HERE)).toEqual({ host: '127.0.0.1', port });
  server.close();
});

test('where nobody listens, it is said before anything is done', async () => {
  const reaching = reach(`http://127.0.0.1:${await freePort()}`, ONLY_HERE);
  await expect(reaching).rejects.toThrow(EnvironmentError);
  await expect(reaching).rejects.toThrow('doesn’t answer: start the app first');
});

test.each(['http://192.0.2.1', '[2001:db8::1]:5432', 'http://0.0.0.0:3000'])(
  '%s is another machine’s, and refused without being asked',
  async (address) => {
    const reaching = reach(address, ONLY_HERE);
    await expect(reaching).rejects.toThrow(AppMistake);
    await expect(reaching).rejects.toThrow('--allow-remote');
  },
);
