import { readFileSync, writeFileSync } from 'node:fs';

const PATH = new URL('../README.md', import.meta.url);
let README = readFileSync(PATH, 'utf8');

/** The part of the engine's page under a heading. */
export function readmeSection(heading: string): string {
  const section = README.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`README.md has no part '${heading}'`);
  return section;
}

/** The table under a heading, as it's written. */
export function readmeTable(heading: string): string {
  const lines = readmeSection(heading).split('\n');
  return lines.filter((line) => line.startsWith('|')).join('\n');
}

/** Writes another one in its place. */
export function replaceReadmeTable(heading: string, table: string): void {
  README = README.replace(readmeTable(heading), () => table);
  writeFileSync(PATH, README);
}

/** The code under a heading. */
export function readmeCode(heading: string): string {
  const code = /```ts\n([^]*?)```/.exec(readmeSection(heading))?.[1];
  if (code === undefined) throw new Error(`There is no code under '${heading}' in README.md`);
  return code;
}

/** Runs the code under a heading, with what it takes for granted given by name. */
export async function runReadmeCode(
  heading: string,
  given: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const AsyncFunction = (async () => undefined).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<unknown>;
  return new AsyncFunction(...Object.keys(given), readmeCode(heading))(...Object.values(given));
}
