import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { complaintsAbout } from './complaints.ts';
import { scheduleSchema } from './schedule.ts';
import type { Schedule } from './schedule.ts';

/** Raise it when a schedule of before can't be played any more. */
const FORMAT = 2;

/** The name of the file in a play's directory. */
export const SCHEDULE_FILE = 'schedule.json';

const FILE = z.strictObject({ format: z.literal(FORMAT), schedules: z.array(scheduleSchema).min(1) });

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
  const complaints = parsed.data.schedules.flatMap((schedule) => [...complaintsAbout(schedule)]);
  if (complaints.length > 0) throw new UnusableSchedule(`${from} can't be played: ${complaints.join('; ')}.`);
  return parsed.data.schedules;
}
