import type { Sabotage } from './sabotage.ts';
import { unprotected } from './unprotected.ts';

/** By the name that `SABOTAGE` gives them. */
export const sabotages = { unprotected } as const satisfies Record<string, Sabotage>;

export type SabotageId = keyof typeof sabotages;
