import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../stack/index.ts';
import { EnvironmentError } from '../../environment-error.ts';
import { Echo } from '../testing/echo.ts';
import { FaultyLinks } from '../testing/faulty-links.ts';
import { ToxiproxyClient } from './toxiproxy-client.ts';

let stage: FaultyLinks;
beforeAll(async () => (stage = await FaultyLinks.start()));
afterEach(() => stage.hangUp());
afterAll(() => stage.stop());

describe('the API client', () => {
  test('says what Toxiproxy refused, and how', async () => {
    await expect(stage.toxiproxy.removeToxic('nobody', 'nothing')).rejects.toMatchObject({ status: 404 });
  });

  test('a server that gives no answer is the environment’s fault', async () => {
    const nobody = new ToxiproxyClient(`http://127.0.0.1:${await freePort()}`);
    await expect(nobody.proxy('x')).rejects.toBeInstanceOf(EnvironmentError);
  });

  test('points a proxy elsewhere, its own port staying the same', async () => {
    const { name, call } = await stage.toEcho();
    const other = new Echo();
    await stage.toxiproxy.retarget(name, await other.listen());
    const caller = await call();
    caller.say('elsewhere');
    await caller.hears('elsewhere');
    expect(other.heard).toEqual(['elsewhere']);
    other.close();
  });
});
