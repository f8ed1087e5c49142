import { z } from 'zod';
import { CHECKER_NAMES } from '../checkers/name.ts';
import { OPERATION_PHASES } from '../report/analysis/fault-phase-grid.ts';
import { VERDICTS } from '../report/report.ts';

/** Raise it when what was saved before can't be read any more. */
const FORMAT = 2;

const VERDICT = z.enum(VERDICTS);
const COUNT = z.int().nonnegative();

/** What stays of a play when its histories are gone: enough to compare it with others. */
const PLAY = z.strictObject({
  /** `partition`, and from the second round on `partition.2`: the play's directory. */
  name: z.string(),
  scenario: z.string(),
  seed: z.string(),
  verdict: VERDICT,
  durationMs: z.number(),
  operations: COUNT,
  acknowledged: COUNT,
  duplicates: COUNT,
  lost: COUNT,
  unsettled: COUNT,
  control: z.strictObject({ operations: COUNT, duplicates: COUNT, duplicatesWithoutFault: COUNT }).nullable(),
  /** How many of each kind. */
  violations: z.array(z.strictObject({ checker: z.enum(CHECKER_NAMES), kind: z.string(), count: COUNT })),
  settledAfterMs: z.number().nullable(),
  /** Which faults met operations in which phase; null if that couldn't be found out. */
  grid: z
    .array(
      z.strictObject({
        fault: z.string(),
        on: z.string(),
        phase: z.enum(OPERATION_PHASES),
        operations: COUNT,
      }),
    )
    .nullable(),
});

const RECORD = z.strictObject({
  format: z.literal(FORMAT),
  /** The name of the run's directory. */
  id: z.string(),
  seed: z.string(),
  startedAt: z.iso.datetime(),
  /** Null while it runs, and for ever if it was killed. */
  finishedAt: z.iso.datetime().nullable(),
  /** What was typed after the program's name. */
  command: z.array(z.string()),
  /** What was done to the shop before. */
  weakening: z.strictObject({ sabotage: z.array(z.string()).readonly(), withoutGuard: z.boolean() }),
  /** The run that this one played again. */
  replayOf: z.string().nullable(),
  verdict: VERDICT,
  /** Everything that was asked for came to its end. */
  complete: z.boolean(),
  plays: z.array(PLAY),
});

/** `run.json` in a run's directory: what was asked, and what came of it. */
export type RunRecord = z.infer<typeof RECORD>;
export type PlayRecord = z.infer<typeof PLAY>;

export function newRecord(
  of: Pick<RunRecord, 'id' | 'seed' | 'startedAt' | 'command' | 'weakening' | 'replayOf'>,
): RunRecord {
  // Unknown until it's finished: one that was killed proves nothing.
  return { format: FORMAT, ...of, finishedAt: null, verdict: 'unknown', complete: false, plays: [] };
}

/** Throws a sentence for whoever asked for that run. */
export function parseRecord(text: string, from: string): RunRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${from} is no JSON.`, { cause });
  }
  const format = (json as { format?: unknown } | null)?.format;
  if (format !== FORMAT)
    throw new Error(
      `${from} has format ${String(format)}, and this harness reads ${FORMAT}: it is another harness’s.`,
    );
  const parsed = RECORD.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${from} is not whole: ${issue?.path.join('.')}: ${issue?.message}.`);
}
