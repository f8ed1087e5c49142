import { z } from 'zod';

/**
 * Something that can be seen to happen from outside: on the wire, by SQL, in the provider's ledger. Faults
 * fire and heal at moments, never after milliseconds that somebody guessed: on a slower machine the same
 * moment comes later, and is the same.
 */
export type Moment =
  /** The workload begins. */
  | { at: 'start' }
  /** All of that round stand at the button. */
  | { at: 'ready'; round: number }
  /** So many attempts to pay have reached a node, of whatever intent. */
  | { at: 'arrivals'; count: number }
  /** That attempt of the intent has reached a node whole. 1 is the first. */
  | { at: 'arrived'; intent: string; attempt: number }
  /** So many attempts to pay have ended, of whatever intent. */
  | { at: 'attempts-ended'; count: number }
  /** The client has its answer to so many attempts of the intent, or gave them up. */
  | { at: 'attempt-ended'; intent: string; attempt: number }
  /** The intent's order is there, and pending: its key is claimed, and its operation isn't settled. */
  | { at: 'running'; intent: string }
  /** The provider's ledger has a charge on the intent's card. */
  | { at: 'charged'; intent: string }
  /** The lease of the intent's operation has run out, by the database's clock. */
  | { at: 'lease-over'; intent: string }
  /** Somebody else than its first holder has the intent's operation. */
  | { at: 'taken-over'; intent: string }
  /** The commit that makes the intent's order paid is in the log. */
  | { at: 'paid'; intent: string }
  /** Another fault of the schedule is on. */
  | { at: 'on'; fault: string }
  /** Another fault of the schedule is healed. */
  | { at: 'off'; fault: string }
  /** All of these have come. */
  | { at: 'all'; of: Moment[] };

/** When a fault is healed: at a moment, or by itself, so that it may last as long as nothing happens. */
export type HealMoment =
  | Moment
  /** So long after it was injected. */
  | { at: 'elapsed'; ms: number }
  /** The last customer has gone, or one can't come before whose fault needs the same target. */
  | { at: 'end' }
  /** The first of these. */
  | { at: 'any'; of: HealMoment[] };

const intent = z.string().min(1);
const fault = z.string().min(1);
const ordinal = z.number().int().positive();

const MOMENTS = [
  z.strictObject({ at: z.literal('start') }),
  z.strictObject({ at: z.literal('ready'), round: ordinal }),
  z.strictObject({ at: z.literal('arrivals'), count: ordinal }),
  z.strictObject({ at: z.literal('attempts-ended'), count: ordinal }),
  z.strictObject({ at: z.literal('arrived'), intent, attempt: ordinal }),
  z.strictObject({ at: z.literal('attempt-ended'), intent, attempt: ordinal }),
  z.strictObject({ at: z.literal('running'), intent }),
  z.strictObject({ at: z.literal('charged'), intent }),
  z.strictObject({ at: z.literal('lease-over'), intent }),
  z.strictObject({ at: z.literal('taken-over'), intent }),
  z.strictObject({ at: z.literal('paid'), intent }),
  z.strictObject({ at: z.literal('on'), fault }),
  z.strictObject({ at: z.literal('off'), fault }),
  z.strictObject({
    at: z.literal('all'),
    get of(): z.ZodArray<z.ZodType<Moment>> {
      return z.array(momentSchema).min(1);
    },
  }),
] as const;

export const momentSchema: z.ZodType<Moment> = z.discriminatedUnion('at', MOMENTS);

export const healMomentSchema: z.ZodType<HealMoment> = z.discriminatedUnion('at', [
  ...MOMENTS,
  z.strictObject({ at: z.literal('elapsed'), ms: ordinal }),
  z.strictObject({ at: z.literal('end') }),
  z.strictObject({
    at: z.literal('any'),
    get of(): z.ZodArray<z.ZodType<HealMoment>> {
      return z.array(healMomentSchema).min(1);
    },
  }),
]);

/** As the end of a sentence: 'it begins …', 'it is healed …'. */
export function describeMoment(moment: HealMoment): string {
  switch (moment.at) {
    case 'start':
      return 'with the workload';
    case 'ready':
      return `when all of round ${moment.round} stand at the button`;
    case 'attempts-ended':
      return `when ${moment.count} attempts to pay have ended`;
    case 'all':
      return moment.of.map(describeMoment).join(', and ');
    case 'any':
      return moment.of.map(describeMoment).join(', or ');
    case 'arrivals':
      return `when ${moment.count} attempts to pay have arrived`;
    case 'arrived':
      return `when attempt ${moment.attempt} of ${moment.intent} has arrived`;
    case 'attempt-ended':
      return `when attempt ${moment.attempt} of ${moment.intent} has ended`;
    case 'running':
      return `while the operation of ${moment.intent} runs`;
    case 'charged':
      return `when the card of ${moment.intent} is charged`;
    case 'lease-over':
      return `when the lease on ${moment.intent} is over`;
    case 'taken-over':
      return `when another has taken ${moment.intent} over`;
    case 'paid':
      return `when the order of ${moment.intent} is paid`;
    case 'on':
      return `when ${moment.fault} is on`;
    case 'off':
      return `when ${moment.fault} is healed`;
    case 'elapsed':
      return `after ${moment.ms} ms`;
    case 'end':
      return 'when the last customer has gone';
    default:
      return moment satisfies never;
  }
}

/** The intents that a moment is about. */
export function intentsOf(moment: HealMoment): string[] {
  if (moment.at === 'all' || moment.at === 'any') return moment.of.flatMap(intentsOf);
  return 'intent' in moment ? [moment.intent] : [];
}

/** The faults that a moment waits for. */
export function faultsOf(moment: HealMoment): string[] {
  if (moment.at === 'all' || moment.at === 'any') return moment.of.flatMap(faultsOf);
  return 'fault' in moment ? [moment.fault] : [];
}
