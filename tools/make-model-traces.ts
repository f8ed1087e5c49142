import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MODEL, simulate } from './quint.ts';

/**
 * Makes the traces that `docs/model/replay.test.ts` replays. Each of the first is the shortest that a few
 * thousand runs gave to an event: the simulator is asked to show that it never happens, and answers with how it
 * does. The last are plain random runs.
 */
const FOLDER = 'docs/model/traces';
const SEED = 20_260_101;
const ofEvents = [
  'neverFencedOff',
  'neverCommittedLate',
  'neverResolvedDoubt',
  'neverHandledLate',
  'neverGaveUp',
];
ofEvents.push('neverPurged', 'neverLeftToCompleter', 'neverReplayedAfterTakeover');
const RANDOM = 4;

const scratch = mkdtempSync(join(tmpdir(), 'model-'));
for (const file of readdirSync(FOLDER)) rmSync(join(FOLDER, file));
for (const [index, claim] of ofEvents.entries()) {
  const traceTo = join(scratch, `${claim.slice('never'.length)}.itf.json`);
  const { violated } = await simulate({
    module: 'correct',
    invariants: [claim],
    samples: 10_000,
    steps: 40,
    seed: SEED + index,
    traceTo,
  });
  if (violated.length === 0) throw new Error(`No run showed the contrary of ${claim}`);
}
await simulate({
  module: 'correct',
  step: 'stepThenCalm',
  invariants: ['AtMostOneCharge'],
  samples: 100,
  steps: 60,
  seed: SEED,
  traceTo: join(scratch, 'random-{seq}.itf.json'),
  traces: RANDOM,
});
for (const file of readdirSync(scratch)) {
  const { vars, states } = JSON.parse(readFileSync(join(scratch, file), 'utf8')) as {
    vars: unknown;
    states: readonly object[];
  };
  // Without the date and the folder that Quint notes, equal runs give equal files.
  const kept = { '#meta': { format: 'ITF', source: MODEL }, vars, states };
  writeFileSync(join(FOLDER, file), `${JSON.stringify(kept)}\n`);
  console.log(`${file}: ${states.length} states`);
}
rmSync(scratch, { recursive: true });
