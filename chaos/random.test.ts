import { expect, test } from 'vitest';
import { randomStream } from './random.ts';

test('the same name gives the same numbers, for ever', () => {
  const draw = (seed: string, ...name: string[]) => {
    const stream = randomStream(seed, ...name);
    return [stream.integer(0, 999), stream.integer(0, 999), stream.integer(0, 999)];
  };
  // Written down: a failed run of last year must play again.
  expect(draw('seed', 'client', '1')).toEqual([28, 537, 705]);
  expect(draw('seed', 'client', '1')).toEqual(draw('seed', 'client', '1'));
  expect(draw('seed', 'client', '1')).not.toEqual(draw('seed', 'client', '2'));
  expect(draw('seed', 'client', '1')).not.toEqual(draw('other', 'client', '1'));
  // Where one part of a name ends and the next begins matters.
  expect(draw('seed', 'a', 'bc')).not.toEqual(draw('seed', 'ab', 'c'));
});

test('one stream draws nothing away from another', () => {
  const alone = randomStream('seed', 'fault').number();
  const busy = randomStream('seed', 'client');
  const beside = randomStream('seed', 'fault');
  for (let draws = 0; draws < 100; draws += 1) busy.number();
  expect(beside.number()).toBe(alone);
});

test('numbers fill their range evenly', () => {
  const stream = randomStream('seed', 'even');
  const counts = [0, 0, 0, 0, 0, 0];
  for (let draws = 0; draws < 6_000; draws += 1) {
    const face = stream.integer(1, 6);
    counts[face - 1] = (counts[face - 1] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

test('shuffle keeps everything, and there is nothing to pick from nothing', () => {
  const stream = randomStream('seed', 'cards');
  const cards = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  expect(stream.shuffle(cards).toSorted((a, b) => a - b)).toEqual(cards);
  expect(stream.shuffle(cards)).not.toEqual(cards);
  expect(cards).toContain(stream.pick(cards));
  expect(stream.text(8)).toMatch(/^[a-z0-9]{8}$/);
  expect(() => stream.pick([])).toThrow('nothing to pick from');
});
