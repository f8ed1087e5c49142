import type { AnyTRPCRouter } from '@trpc/server';
import type { ServiceOptions } from '../services.ts';
import { nextRouter } from './next-release/router.ts';
import { seam } from './seam.ts';
import { seamSettings } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A web node of the chaos build: what goes between its parts, and what it serves if not this release. */
export function seamOfWeb(env: Environment): { parts: ServiceOptions; router?: AnyTRPCRouter } {
  const parts = seam(env);
  return seamSettings(env).RELEASE === 'next' ? { parts, router: nextRouter } : { parts };
}
