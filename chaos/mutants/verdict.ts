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
  /** Everybody who found something under the fault. */
  invalidBy: readonly string[];
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
    ...fateOf(mutant, { storms, kills, calms: of('calm') }),
    kills: kills.length,
    runs: storms.length,
    bounds: wilsonBounds(kills.length, storms.length),
    medianRuns: medianRunsUntilHit(kills.length, storms.length),
    maskedBy: isMasked ? mutant.masks : [],
    invalidBy: [...new Set(storms.flatMap(({ verdict }) => verdict.invalidBy))],
    killingSeeds: kills.map(({ seed }) => seed),
  };
}

function fateOf(
  mutant: Mutant,
  { storms, kills, calms }: { storms: readonly Played[]; kills: readonly Played[]; calms: readonly Played[] },
): { fate: Fate; why: string[] } {
  const reasonsOf = (played: readonly Played[]) =>
    played.flatMap(({ verdict, purpose, seed }) =>
      verdict.reasons.map((reason) => `${purpose} ${seed}: ${reason}`),
    );
  const calm = calms.find(({ verdict }) => verdict.verdict !== 'valid');
  if (calm?.verdict.verdict === 'invalid') return { fate: 'dies without chaos', why: reasonsOf([calm]) };
  if (storms.length === 0 || calms.length === 0 || calm !== undefined)
    return { fate: 'unknown', why: reasonsOf(calm === undefined ? storms : [calm]) };
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
