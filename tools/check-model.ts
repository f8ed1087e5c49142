import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { INVARIANTS, simulate } from './quint.ts';

/**
 * Runs the model's simulator: the protocol must hold in every run, and each broken version of it must fail in
 * one. A check that can't fail shows nothing, so the broken ones are half of it.
 *
 *     node tools/check-model.ts [--seed 7] [--samples 2000]
 */
const { values } = parseArgs({ options: { seed: { type: 'string' }, samples: { type: 'string' } } });
const seed = numberOf('seed', values.seed, 20_260_101);
const samples = numberOf('samples', values.samples, 1_000);

/** Runs that at least one of the samples must contain; else the invariants were never in danger. */
const FAULTY_WITNESSES =
  'tookOver fencedOff committedLate resolvedDoubt handledLate gaveUp purged refusedAsExpired replayed toldPaid toldUnpaid'.split(
    ' ',
  );
const STEPS = 60;
const STEPS_WITH_CALM = 90;

/** What is missing, and within how many runs the simulator must have shown why it matters. */
const broken: readonly { readonly module: string; readonly within: number }[] = [
  { module: 'withoutAnyTest', within: 3_000 },
  { module: 'withoutFence', within: 20_000 },
  { module: 'withRandomKey', within: 3_000 },
  { module: 'withWindowTestedAtTheDoor', within: 3_000 },
  { module: 'withPlainLookAfterCommit', within: 3_000 },
  { module: 'withUnknownTakenForFailed', within: 3_000 },
];

const failures: string[] = [];
const startedMs = performance.now();
console.log(`seed ${seed}`);

await holds('faults at any time', 'step', STEPS, FAULTY_WITNESSES);
await holds('faults, then none', 'stepThenCalm', STEPS_WITH_CALM, ['rests', 'toldPaid', 'toldUnpaid']);
for (const { module, within } of broken) await breaks(module, within);

for (const failure of failures) console.error(`✗ ${failure}`);
console.log(`${failures.length === 0 ? 'passed' : 'FAILED'} in ${secondsSince(startedMs)}`);
process.exitCode = failures.length > 0 ? 1 : 0;

async function holds(
  title: string,
  step: 'step' | 'stepThenCalm',
  steps: number,
  witnesses: readonly string[],
): Promise<void> {
  const fromMs = performance.now();
  const request = { module: 'correct', invariants: INVARIANTS, samples, steps, seed, step, witnesses };
  const { violated, output } = await simulate(request);
  console.log(`correct, ${title}: ${samples} runs of ${steps} steps, ${secondsSince(fromMs)}`);
  if (violated.length > 0) {
    failures.push(`correct, ${title}: violates ${violated.join(', ')}\n${output.slice(-4_000)}`);
    return;
  }
  for (const witness of witnesses) {
    const count = Number(new RegExp(`^${witness} was witnessed in (\\d+)`, 'm').exec(output)?.[1] ?? 0);
    console.log(`    ${witness}: ${count}`);
    if (count === 0) failures.push(`correct, ${title}: no run with '${witness}'`);
  }
  // A run in which nothing can happen any more ends early, and would pass unseen.
  const shortest = Number(/min=(\d+)/.exec(output)?.[1] ?? 0);
  if (shortest !== steps + 1) failures.push(`correct, ${title}: a run was stuck after ${shortest} states`);
}

async function breaks(module: string, within: number): Promise<void> {
  const fromMs = performance.now();
  const scratch = mkdtempSync(join(tmpdir(), 'model-'));
  const traceTo = join(scratch, 'counterexample.itf.json');
  const { violated } = await simulate({
    module,
    invariants: INVARIANTS,
    samples: within,
    steps: STEPS,
    seed,
    traceTo,
  });
  if (violated.length === 0) {
    failures.push(`${module}: no counterexample in ${within} runs`);
  } else {
    const { states } = JSON.parse(readFileSync(traceTo, 'utf8')) as { states: readonly unknown[] };
    console.log(
      `${module}: ${violated.join(', ')} violated after ${states.length - 1} steps, ${secondsSince(fromMs)}`,
    );
  }
  rmSync(scratch, { recursive: true });
}

function secondsSince(fromMs: number): string {
  return `${((performance.now() - fromMs) / 1_000).toFixed(1)} s`;
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(number) || number <= 0) throw new Error(`--${name} must be a positive integer`);
  return number;
}
