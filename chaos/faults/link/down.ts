import { z } from 'zod';
import { linksOf } from '../../schedule/ground.ts';
import type { Fault } from '../fault.ts';
import { SILENCE_MS } from './link-fault.ts';

/**
 * The link is gone: its connections end, and new ones are refused. No toxic but the proxy itself, disabled;
 * what it was holding is destroyed. Its port stays its own, for all of them lie outside the range from which
 * the system takes source ports.
 */
export const down: Fault<Record<string, never>> = {
  name: 'down',
  family: 'link',
  label: 'down',
  params: z.strictObject({}),
  targets: (ground) => linksOf(ground),
  draw: () => ({}),
  describe: () => 'every connection ends, and new ones are refused',
  evidence: () => 'connections-were-refused',
  async inject({ links }, { target }) {
    const heal = await links.close(target);
    return { heal, felt: async () => (await links.ask(target, SILENCE_MS)).end === 'refused' };
  },
};
