import { expect, test } from 'vitest';
import { SingleFlight } from './single-flight.ts';

test('a promise is found while it runs, by its own name only', async () => {
  const flights = new SingleFlight<number>();
  const flight = Promise.withResolvers<number>();
  const led = flights.lead('a', flight.promise);
  expect(flights.find('a')).toBe(led);
  expect(flights.find('b')).toBeUndefined();
  flight.resolve(1);
  expect(await led).toBe(1);
  expect(flights.find('a')).toBeUndefined();
});

test('one that failed isn’t found any more either', async () => {
  const flights = new SingleFlight<number>();
  await expect(flights.lead('a', Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(flights.find('a')).toBeUndefined();
});
