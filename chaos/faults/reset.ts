import type { Fault } from './fault.ts';

/**
 * Connections end by RST instead of FIN. Only on those that are opened while it lasts: Toxiproxy decides
 * when it dials.
 */
export function reset(): Fault {
  return {
    name: 'reset',
    effect: 'new connections are reset when the first byte of the answer comes',
    // A longer timeout would block the toxic's own removal for as long.
    toxics: [{ type: 'reset_peer', stream: 'downstream', attributes: { timeout: 0 } }],
  };
}
