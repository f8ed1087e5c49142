import type { Toxic } from './toxiproxy-client.ts';

/**
 * Something that is wrong with a link. It is data, so that a schedule can hold it and a report can show
 * it; the nemesis knows how to put it on and take it off.
 *
 * ```
 *                     upstream ─────────▶
 *   client ──▶ [ listen | toxics … | dial ] ──▶ server
 *                     ◀─────── downstream
 * ```
 *
 * At most one toxic a direction: Toxiproxy interrupts the last toxic of a direction when another joins
 * it, and a `bandwidth 0` that is interrupted lets go of what it holds.
 */
export interface Fault {
  /** As it stands in the history: `answer-lost`. */
  name: string;
  /** One sentence: what someone behind such a link goes through. */
  effect: string;
  toxics: readonly ToxicOfFault[];
}

/** Without a name: the nemesis names it, so that two of a kind can't be confused. */
export type ToxicOfFault = WithoutName<Toxic>;

type WithoutName<T> = T extends unknown ? Omit<T, 'name'> : never;
