import type { Build } from '../../stack/index.ts';

/** Which shop is put to the test, and what each of its processes is told beside its addresses. */
export interface ShopVariant {
  build: Build;
  /** What the process of that name (`web-1`, `worker-1`) gets in its environment. */
  env: (node: string) => Record<string, string>;
}

/** The shop as it is. */
export const PRODUCTION: ShopVariant = { build: 'production', env: () => ({}) };

/** The chaos build with bugs put in on purpose, by their names in `src/sabotage`; none: it is to behave as the shop does. */
export function sabotaged(...ids: readonly string[]): ShopVariant {
  return { build: 'chaos', env: () => (ids.length > 0 ? { SABOTAGE: ids.join(',') } : {}) };
}

/**
 * The same shop with what a topology asks of its seam: whom to ask at each failpoint, by how much whose
 * clock is wrong, and that it can be the next release later. Nothing of these: the shop as it was.
 */
export function throughTheSeam(
  shop: ShopVariant,
  {
    failpointsUrl,
    clockSkewMs = {},
    nextRelease = false,
  }: {
    failpointsUrl: string | null;
    clockSkewMs?: Record<string, number> | undefined;
    nextRelease?: boolean | undefined;
  },
): ShopVariant {
  if (failpointsUrl === null && Object.keys(clockSkewMs).length === 0 && !nextRelease) return shop;
  return {
    build: 'chaos',
    env: (node) => ({
      ...shop.env(node),
      ...(failpointsUrl !== null && { FAILPOINTS_URL: failpointsUrl }),
      ...(clockSkewMs[node] !== undefined && { CLOCK_SKEW_MS: String(clockSkewMs[node]) }),
    }),
  };
}

/** A node that is another than was asked for would make a mutant that lives, or a proof of nothing. */
export async function assertVariant(name: string, directUrl: string, wanted: ShopVariant): Promise<void> {
  const response = await fetch(`${directUrl}/api/health`, { signal: AbortSignal.timeout(5_000) });
  const said = (await response.json()) as { build?: unknown; sabotage?: unknown };
  const sabotage = wanted.build === 'chaos' ? (wanted.env(name)['SABOTAGE'] ?? '') : undefined;
  if (said.build !== wanted.build || said.sabotage !== sabotage)
    throw new Error(
      `${name} is ${JSON.stringify(said)}, and ${JSON.stringify({ build: wanted.build, sabotage })} was asked for`,
    );
}
