import type { Verdict } from '../report/report.ts';
import type { Layer } from './layers.ts';
import type { Mutant } from './mutant.ts';
import type { MutantVerdict } from './play-mutant.ts';
import { medianRunsUntilHit, wilsonBounds } from './proportion.ts';

/** Why a mutant was played. */
export type Purpose =
  /** Under the fault, with the layers off that hide it. */
  | 'storm'
  /** The same without the fault. */
  | 'calm'
  /** Under the fault, with every layer on. */
  | 'layered';

export interface Played {
  purpose: Purpose;
  seed: string;
  verdict: MutantVerdict;
}

/** What became of a mutant. Only `killed` is as it should be. */
export type Fate =
  | 'killed'
  /** Reached, under the fault, and the named checker said nothing. */
  | 'survived'
  /** The code with the bug in it never ran: nothing was tested. */
  | 'unreached'
  /** Invalid without the fault as well: it needs no chaos to be found, and shows nothing of chaos. */
  | 'dies without chaos'
  /** It couldn't be judged: no run of it came to its end. */
  | 'unknown';

export interface MutantResult {
  mutant: Mutant;
  fate: Fate;
  kills: number;
  runs: number;
  /** Between which the true share of kills lies, with 95 % confidence. */
  bounds: { low: number; high: number };
  medianRuns: number | null;
  /** With them on the named checker found nothing. */
  maskedBy: readonly Layer[];
  /** Under the fault, in so many runs the code with the bug in it ran. */
  reached: number;
  /** Everybody who found something under the fault. */
  invalidBy: readonly string[];
  /** And with every layer on: the bug may show to others even there. */
  layeredInvalidBy: readonly string[];
  /** Of all its plays together. */
  durationMs: number;
  killingSeeds: readonly string[];
  /** What somebody wants to know who sees another fate than `killed`. */
  why: readonly string[];
}

/** Reached, and the named checker says that it was invalid. */
export function isKill({ sabotage, checker }: Mutant, verdict: MutantVerdict): boolean {
  return verdict.invalidBy.includes(checker) && isReached({ sabotage }, verdict);
}

/** What one's plays come to. */
export function resultOf(mutant: Mutant, played: readonly Played[]): MutantResult {
  const of = (purpose: Purpose) => played.filter((each) => each.purpose === purpose);
  const storms = of('storm');
  const kills = storms.filter(({ verdict }) => isKill(mutant, verdict));
  const layered = of('layered');
  const isMasked = layered.length > 0 && !layered.some(({ verdict }) => isKill(mutant, verdict));
  return {
    mutant,
    ...fateOf(mutant, { storms, kills, calms: of('calm'), layered }),
    kills: kills.length,
    runs: storms.length,
    bounds: wilsonBounds(kills.length, storms.length),
    medianRuns: medianRunsUntilHit(kills.length, storms.length),
    maskedBy: isMasked ? mutant.masks : [],
    reached: storms.filter(({ verdict }) => isReached(mutant, verdict)).length,
    invalidBy: foundBy(storms),
    layeredInvalidBy: foundBy(layered),
    durationMs: Math.round(played.reduce((sum, { verdict }) => sum + verdict.durationMs, 0)),
    killingSeeds: kills.map(({ seed }) => seed),
  };
}

function foundBy(played: readonly Played[]): string[] {
  return [...new Set(played.flatMap(({ verdict }) => verdict.invalidBy))];
}

function fateOf(
  mutant: Mutant,
  { storms, kills, calms, layered }: Record<'storms' | 'kills' | 'calms' | 'layered', readonly Played[]>,
): { fate: Fate; why: string[] } {
  const reasonsOf = (played: readonly Played[]) =>
    played.flatMap(({ verdict, purpose, seed }) =>
      verdict.reasons.map((reason) => `${purpose} ${seed}: ${reason}`),
    );
  const calm = calms.find(({ verdict }) => verdict.verdict !== 'valid');
  if (calm?.verdict.verdict === 'invalid') return { fate: 'dies without chaos', why: reasonsOf([calm]) };
  if (storms.length === 0 || calms.length === 0 || calm !== undefined)
    return { fate: 'unknown', why: reasonsOf(calm === undefined ? storms : [calm]) };
  // It died with layers off; what they would have hidden must be known as well.
  const unsure = layered.filter(({ verdict }) => verdict.verdict === 'unknown');
  if (kills.length > 0 && unsure.length > 0) return { fate: 'unknown', why: reasonsOf(unsure) };
  if (kills.length > 0) return { fate: 'killed', why: [] };
  const reached = storms.filter(({ verdict }) => isReached(mutant, verdict));
  if (reached.length === 0) return { fate: 'unreached', why: reasonsOf(storms) };
  const judged = reached.some(({ verdict }) => verdict.verdict !== 'unknown');
  return { fate: judged ? 'survived' : 'unknown', why: reasonsOf(storms) };
}

function isReached({ sabotage }: Pick<Mutant, 'sabotage'>, { hits }: MutantVerdict): boolean {
  const name = sabotage.reached ?? sabotage.seam?.[0] ?? sabotage.habits?.[0];
  return name === undefined ? sabotage.sql !== undefined : (hits.get(name) ?? 0) > 0;
}

/** The shop as it is, in a scenario of mutants. */
export interface CleanResult {
  scenario: string;
  verdict: Verdict;
  runs: number;
  why: readonly string[];
}
