import type { Site } from '../site.ts';

/** A site with no more on it than a test is about; whoever reaches for anything else is told. */
export function siteOf(parts: Partial<Site>): Site {
  const nothingThere = (name: string) => () => {
    throw new Error(`This test's site has no ${name}.`);
  };
  const bare: Partial<Site> = {
    databaseCanary: () => Promise.resolve(null),
    operations: () => Promise.resolve([]),
    overSince: () => [],
    intent: nothingThere('intents'),
    intentOf: nothingThere('customers'),
    quirks: nothingThere('customers'),
    process: nothingThere('processes'),
  };
  return { ...bare, ...parts } as Site;
}
