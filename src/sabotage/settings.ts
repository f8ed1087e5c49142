import { z } from 'zod';
import { sabotages, type SabotageId } from './sabotages.ts';

const ids = Object.keys(sabotages) as [SabotageId, ...SabotageId[]];

const settings = z.object({
  /** Ids of this folder, separated by commas. */
  SABOTAGE: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(z.enum(ids, { error: ({ input }) => `There is no sabotage ${String(input)}.` })))
    .default([]),
  /** Where the harness answers failpoints. Absent: nobody is asked. */
  FAILPOINTS_URL: z.url().optional(),
  /** Shifts this process's clock. */
  CLOCK_SKEW_MS: z.coerce.number().int().default(0),
  /** Which release of the shop this process runs: as it is, or as the next deployment brings it. */
  RELEASE: z
    .enum(['this', 'next'], { error: ({ input }) => `There is no release ${String(input)}.` })
    .default('this'),
  NODE_NAME: z.string().default('node'),
});

type SeamSettings = z.output<typeof settings>;

/** @throws Error for a setting that nobody can obey: a run with a mistyped mutant would prove nothing */
export function seamSettings(env: Readonly<Record<string, string | undefined>>): SeamSettings {
  const result = settings.safeParse(env);
  if (result.success) return result.data;
  throw new Error(result.error.issues.map(({ message }) => message).join(' '), { cause: result.error });
}
