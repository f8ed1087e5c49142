import type { Fault } from './fault.ts';

/**
 * Every answer comes late. The delay is for each chunk, so a call of N round trips takes N times as long:
 * a distant database rather than a slow one.
 */
export function latency(delayMs: number): Fault {
  return {
    name: 'latency',
    effect: `every answer takes ${delayMs} ms longer`,
    toxics: [{ type: 'latency', stream: 'downstream', attributes: { latency: delayMs, jitter: 0 } }],
  };
}
