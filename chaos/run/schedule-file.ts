import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { PLANTED_CAUSES } from '../final-state.ts';
import { CLIENT_NAMES, PARTS, ROLES } from './schedule.ts';
import type { Schedule } from './schedule.ts';

/** Raise it when a schedule of before can't be played any more. */
const FORMAT = 1;

/** The name of the file in a play's directory. */
export const SCHEDULE_FILE = 'schedule.json';

/**
 * Held to the type: a field that a schedule gets must come here too, or a saved one would be played
 * without it. Strict, so that one of another harness is refused and not half understood.
 */
const SCHEDULE: z.ZodType<Schedule> = z.strictObject({
  seed: z.string(),
  scenario: z.string(),
  part: z.enum(PARTS),
  intents: z.array(
    z.strictObject({
      nonce: z.string().regex(/^[a-z0-9]+$/),
      customer: z.string().min(1),
      client: z.enum(CLIENT_NAMES),
      planted: z.array(z.enum(PLANTED_CAUSES)),
      email: z.string().min(1),
      paymentMethod: z.string().min(1),
      role: z.enum(ROLES),
      lines: z.array(z.strictObject({ sku: z.string().min(1), quantity: z.int().positive() })).min(1),
      delivery: z.enum(['standard', 'express']),
      homeNode: z.int().positive(),
      hit: z.string().nullable(),
      round: z.int().positive(),
    }),
  ),
  seedOf: z.array(z.string()),
});

const FILE = z.strictObject({ format: z.literal(FORMAT), schedules: z.array(SCHEDULE).min(1) });

/** A saved schedule that can't be played; its message says why, to whoever asked for it. */
export class UnusableSchedule extends Error {
  override readonly name = 'UnusableSchedule';
}

/** What `readSchedules` reads: all parts of one play, the control's too. */
export function scheduleFile(schedules: readonly Schedule[]): z.infer<typeof FILE> {
  return { format: FORMAT, schedules: [...schedules] };
}

/** @throws UnusableSchedule if there is none, or it is of an older harness */
export function readSchedules(path: string): Schedule[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UnusableSchedule(`There is no schedule at ${path}.`, { cause });
  }
  return parseSchedules(text, path);
}

/** `from` names the file in complaints. */
export function parseSchedules(text: string, from: string): Schedule[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UnusableSchedule(`${from} is no JSON: it can't be played.`, { cause });
  }
  const format = (json as { format?: unknown } | null)?.format;
  if (format !== FORMAT) {
    const found = typeof format === 'number' ? `format ${format}` : 'a format without a number, an older one';
    throw new UnusableSchedule(`${from} has ${found}, and this harness plays format ${FORMAT}.`);
  }
  const parsed = FILE.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UnusableSchedule(
      `${from} isn't a schedule of this harness: ${issue?.path.join('.')}: ${issue?.message}.`,
    );
  }
  return parsed.data.schedules;
}
