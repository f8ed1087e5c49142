import type { Times } from '../faults/fault.ts';
import type { HealMoment, Moment } from '../schedule/moment.ts';
import type { PlannedIntent } from '../schedule/schedule.ts';

/** The words in which scenarios say when. */

export const START: Moment = { at: 'start' };
export const END: HealMoment = { at: 'end' };

export const ready = (round: number): Moment => ({ at: 'ready', round });
export const arrived = ({ nonce }: PlannedIntent, attempt = 1): Moment => ({
  at: 'arrived',
  intent: nonce,
  attempt,
});
export const ended = ({ nonce }: PlannedIntent, attempt = 1): Moment => ({
  at: 'attempt-ended',
  intent: nonce,
  attempt,
});
export const running = ({ nonce }: PlannedIntent): Moment => ({ at: 'running', intent: nonce });
export const charged = ({ nonce }: PlannedIntent): Moment => ({ at: 'charged', intent: nonce });
export const takenOver = ({ nonce }: PlannedIntent): Moment => ({ at: 'taken-over', intent: nonce });
export const paid = ({ nonce }: PlannedIntent): Moment => ({ at: 'paid', intent: nonce });
export const on = (fault: string): Moment => ({ at: 'on', fault });
export const off = (fault: string): Moment => ({ at: 'off', fault });
export const all = (...of: Moment[]): Moment => ({ at: 'all', of });
export const any = (...of: HealMoment[]): HealMoment => ({ at: 'any', of });
export const after = (ms: number): HealMoment => ({ at: 'elapsed', ms });

/** The node has the whole request: from there on it's about the answer alone. */
export const duringFirstAttempt = (intent: PlannedIntent): Times => ({
  trigger: arrived(intent),
  heal: ended(intent),
});

export const THE_WHOLE_TIME: Times = { trigger: START, heal: END };

/** The web node of an intent's first attempt. */
export const homeOf = ({ homeNode }: PlannedIntent): string => `web-${homeNode}`;
