import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseTrace } from './itf.ts';
import { expected, expectedPositions, Replay } from './replay.ts';

const folder = new URL('traces/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.itf.json'));

/** The names of all actions that some trace must contain, or the replay would hold less than it seems to. */
const ACTIONS =
  'arrive claim read takeOver retrieve send giveUpWaiting release settle commit abort loseCommit handle endLease endWindow purge crash';

describe('traces of the model on the real engine', () => {
  test.each(files)('%s', async (file) => {
    const replay = new Replay();
    const states = parseTrace(readFileSync(new URL(file, folder), 'utf8'));
    for (const [index, state] of states.entries()) {
      const where = `step ${index}: ${state.last.name} ${state.last.by}`;
      await replay.act(state);
      expect({ where, ...replay.observe() }).toEqual({ where, ...expected(state) });
      expect({ where, ...replay.positions() }).toEqual({ where, ...expectedPositions(state) });
      replay.compareNames(state);
    }
  });

  test('they contain every action of the model', () => {
    const seen = new Set(
      files.flatMap((file) =>
        parseTrace(readFileSync(new URL(file, folder), 'utf8')).map(({ last }) => last.name),
      ),
    );
    expect(ACTIONS.split(' ').filter((name) => !seen.has(name))).toEqual([]);
  });
});
