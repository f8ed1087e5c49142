/** One run of a deterministic world, driven choice by choice. */
export interface ExploredRun {
  /** The choices at this point; none at the end. The same state offers the same. */
  choices(): readonly string[];
  choose(choice: string): Promise<void>;
  /** Everything that the future depends on, as text of any length. */
  state(): string;
  /** What has gone wrong so far. */
  wrong(): Promise<readonly string[]>;
  /** Called at an end: what is wrong after healing. */
  finish(): Promise<readonly string[]>;
}

export interface Exploration {
  /** How many different orders of choices there are from beginning to end. */
  readonly interleavings: bigint;
  readonly states: number;
  /** Different states in which an order ends. */
  readonly ends: number;
  /** How many runs it took to go along every edge between states once. */
  readonly runs: number;
  /** True when the bound on runs, or a violation, left something out; then `interleavings` counts only what was seen. */
  readonly cut: boolean;
  /** The choices that led to a violation, and what it was; null when there is none. */
  readonly violation: { readonly path: readonly string[]; readonly wrong: readonly string[] } | null;
}

/** A path as a chain, so that a million paths share their beginnings. */
interface Path {
  readonly before: Path | null;
  readonly choice: string;
}

/**
 * Enumerates all interleavings of a world by depth-first search, repeating each path from its beginning.
 *
 * Paths that lead to the same state share their future, so it is run once and counted for each of them.
 * That loses nothing: a state holds what every process has learned, and a process is a pure function of
 * that; an order that differs only in what nobody could see is the same state.
 */
export async function explore(begin: () => Promise<ExploredRun>, runsMax: number): Promise<Exploration> {
  const nodes = new Map<string, string[]>();
  const choicesAt = new Map<string, string>();
  const frontier: { path: Path | null; from: string | null }[] = [{ path: null, from: null }];
  let root = '';
  let runs = 0;
  let ends = 0;
  const report = (violation: Exploration['violation']): Exploration => ({
    interleavings: root === '' ? 0n : countPaths(nodes, root),
    states: nodes.size,
    ends,
    runs,
    cut: frontier.length > 0,
    violation,
  });

  for (let next = frontier.pop(); next !== undefined; next = frontier.pop()) {
    if (runs === runsMax) {
      frontier.push(next);
      break;
    }
    runs++;
    const run = await begin();
    let { path, from } = next;
    for (const choice of choicesOf(path)) await run.choose(choice);
    for (;;) {
      const state = run.state();
      if (from === null) root = state;
      else nodes.get(from)?.push(state);
      const wrong = await run.wrong();
      if (wrong.length > 0) return report({ path: choicesOf(path), wrong });
      const choices = run.choices();
      const known = choicesAt.get(state);
      if (known !== undefined && known !== choices.join('\n'))
        throw new Error('Bug: equal states with different choices');
      if (known !== undefined) break;
      choicesAt.set(state, choices.join('\n'));
      nodes.set(state, []);
      const [first, ...others] = choices;
      if (first === undefined) {
        ends++;
        const wrongAtEnd = await run.finish();
        if (wrongAtEnd.length > 0) return report({ path: choicesOf(path), wrong: wrongAtEnd });
        break;
      }
      for (const choice of others) frontier.push({ path: { before: path, choice }, from: state });
      path = { before: path, choice: first };
      from = state;
      await run.choose(first);
    }
  }
  return report(null);
}

function choicesOf(path: Path | null): string[] {
  const choices: string[] = [];
  for (let at = path; at !== null; at = at.before) choices.push(at.choice);
  return choices.toReversed();
}

/** Paths from a state to any end. States form no circle: each choice adds to what someone has learned. */
function countPaths(nodes: ReadonlyMap<string, readonly string[]>, root: string): bigint {
  const counts = new Map<string, bigint>();
  const count = (state: string): bigint => {
    const known = counts.get(state);
    if (known !== undefined) return known;
    const next = nodes.get(state) ?? [];
    const paths = next.length === 0 ? 1n : next.reduce((sum, child) => sum + count(child), 0n);
    counts.set(state, paths);
    return paths;
  };
  return count(root);
}
