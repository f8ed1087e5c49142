import { spawn } from 'node:child_process';

/** Where the model lies, and what it is checked for. */
export const MODEL = 'docs/model/protocol.qnt';
export const INVARIANTS = ['AtMostOneCharge', 'EffectsOnce', 'SameOutcome', 'NoLostAck', 'EventuallySettled'];

export interface Simulation {
  readonly module: string;
  readonly invariants: readonly string[];
  readonly samples: number;
  readonly steps: number;
  readonly seed: number;
  readonly step?: 'step' | 'stepThenCalm';
  readonly witnesses?: readonly string[];
  /** Where the trace goes: of the violation, else of the first runs. `{seq}` is its number. */
  readonly traceTo?: string;
  readonly traces?: number;
}

export interface SimulationResult {
  readonly violated: readonly string[];
  readonly output: string;
}

/** Runs Quint's simulator, on the backend that needs no further program. */
export async function simulate(simulation: Simulation): Promise<SimulationResult> {
  const { module, invariants, samples, steps, seed, step = 'step', witnesses = [], traceTo } = simulation;
  const args = ['run', MODEL, '--backend=typescript', `--main=${module}`, `--step=${step}`];
  args.push(`--max-samples=${samples}`, `--max-steps=${steps}`, `--seed=${seed}`, '--verbosity=2');
  args.push('--invariants', ...invariants);
  if (witnesses.length > 0) args.push('--witnesses', ...witnesses);
  if (traceTo !== undefined) args.push(`--out-itf=${traceTo}`, `--n-traces=${simulation.traces ?? 1}`);

  const quint = spawn(process.env['QUINT'] ?? 'quint', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [quint.stdout, quint.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    quint.on('error', reject).on('close', resolve);
  });
  const named = [...output.matchAll(/❌ (\w+)/g)].map(([, name]) => name ?? '');
  // Where one only was asked for, Quint doesn't name it.
  const violated = named.length === 0 && output.includes('[violation]') ? invariants : named;
  // Neither 'no violation' nor a named one: a mistake in the model or a failure of the tool, never a pass.
  if (exitCode === 0 ? !output.includes('[ok]') : violated.length === 0)
    throw new Error(`Quint ended with ${exitCode}:\n${output.slice(-2_000)}`);
  return { violated, output };
}
