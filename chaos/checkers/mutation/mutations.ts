/** A checker with one thing wrong in it. */
export interface Mutation {
  /** Its file, in `chaos/checkers`. */
  file: string;
  /** What is wrong, with the line where it is: for people, and to name it. */
  what: string;
  apply(source: string): string;
}

/** A comparison, and what a slip of the hand makes of it. */
const SLIPS: readonly (readonly [written: string, slip: string])[] = [
  [' === ', ' !== '],
  [' !== ', ' === '],
  [' < ', ' <= '],
  [' <= ', ' < '],
  [' > ', ' >= '],
  [' >= ', ' > '],
  [' && ', ' || '],
  [' || ', ' && '],
];

/** The checker that finds nothing at all: as silent as a shop without a fault. */
export function blind(file: string): Mutation {
  return {
    file,
    what: 'finds nothing',
    apply: (source) => replaced(source, /violations: findings\.found/g, 'violations: []'),
  };
}

/** The checker that is silent about one kind of violation, one for each that it knows. */
export function silences(file: string, source: string): Mutation[] {
  const text = source.replaceAll(/\s+/g, ' ');
  const kinds = [...text.matchAll(/findings\.add\( ?(.*?),/g)].flatMap(([, argument]) =>
    [...(argument ?? '').matchAll(/'([a-z-]+)'/g)].map(([, kind]) => kind ?? ''),
  );
  return [...new Set(kinds)].map((kind) => ({
    file,
    what: `says nothing of ${kind}`,
    apply: (code) =>
      `${replaced(code, /new FindingList\(\)/g, `silent(new FindingList(), '${kind}')`)}
       function silent(findings: FindingList, kind: string): FindingList {
         const add = findings.add.bind(findings);
         findings.add = (...finding) => { if (finding[0] !== kind) add(...finding); };
         return findings;
       }`,
  }));
}

/** The checker with one comparison turned round, or off by one; one for each that it makes. */
export function slips(file: string, source: string): Mutation[] {
  return SLIPS.flatMap(([written, slip]) =>
    placesOf(source, written).map((at) => ({
      file,
      what: `${lineAt(source, at)}  [${written.trim()} → ${slip.trim()}]`,
      apply: (code) => code.slice(0, at) + slip + code.slice(at + written.length),
    })),
  );
}

function placesOf(source: string, text: string): number[] {
  const places: number[] = [];
  for (let at = source.indexOf(text); at !== -1; at = source.indexOf(text, at + 1)) {
    const line = lineAt(source, at);
    if (!line.startsWith('//') && !line.startsWith('*') && !line.startsWith('/**')) places.push(at);
  }
  return places;
}

function lineAt(source: string, at: number): string {
  const end = source.indexOf('\n', at);
  return source.slice(source.lastIndexOf('\n', at) + 1, end === -1 ? undefined : end).trim();
}

/** A mutation that changes nothing would pass for one that nobody notices. */
function replaced(source: string, pattern: RegExp, by: string): string {
  const changed = source.replaceAll(pattern, by);
  if (changed === source) throw new Error(`there is no ${String(pattern)} to change`);
  return changed;
}
