import { describe, expect, test } from 'vitest';
import { complaintsAbout } from '../schedule/complaints.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { drawApp } from './draw-app.ts';
import { describedApp } from './testing/app.ts';

const app = describedApp({
  nodes: ['http://127.0.0.1:3000', 'http://127.0.0.1:3001'],
  links: [{ name: 'bank', kind: 'http', to: '127.0.0.1:4000', listenPort: 4001 }],
});
const draw = (seed: string) => drawApp(app, seed, { appFile: '/my-app.ts', allowRemote: false });

const losses = ({ faults }: Schedule) =>
  faults.filter(({ fault }) => fault === 'answer-lost').map(({ target }) => target);

describe.each(Array.from({ length: 20 }, (_, seed) => String(seed)))('seed %s', (seed) => {
  test('draws the same again, and what can be played', () => {
    expect(draw(seed)).toEqual(draw(seed));
    expect([...complaintsAbout(draw(seed))]).toEqual([]);
  });

  test('loses answers at a node and on the way to the bank', () => {
    expect(losses(draw(seed))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^edge@web-[12]$/), 'http@bank']),
    );
  });

  test('gives each fault of a link somebody who presses when it is on, at that node', () => {
    const { faults, intents } = draw(seed);
    for (const { id, target } of faults.filter(
      ({ trigger, heal }) => trigger.at === 'start' && heal.at !== 'end',
    )) {
      const hit = intents.filter(({ pressAt }) => pressAt?.at === 'on' && pressAt.fault === id);
      expect(hit.length).toBeGreaterThan(0);
      if (!target.startsWith('edge@')) continue;
      expect(new Set(hit.map(({ homeNode }) => `edge@web-${homeNode}`))).toEqual(new Set([target]));
    }
  });
});

test('other seeds draw otherwise', () => {
  expect(draw('a').faults).not.toEqual(draw('b').faults);
});
