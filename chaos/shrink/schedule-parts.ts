import { complaintsAbout } from '../schedule/complaints.ts';
import { faultsOf, intentsOf } from '../schedule/moment.ts';
import type { HealMoment, Moment } from '../schedule/moment.ts';
import type { ClientName, Schedule } from '../schedule/schedule.ts';

/** What can be left out of a schedule, the coarse before the fine. */
export type SchedulePart =
  { kind: 'fault'; id: string } | { kind: 'client'; name: ClientName } | { kind: 'intent'; nonce: string };

export const PART_KINDS = ['fault', 'client', 'intent'] as const satisfies SchedulePart['kind'][];

export function partsOf(schedule: Schedule, kind: SchedulePart['kind']): SchedulePart[] {
  switch (kind) {
    case 'fault':
      return schedule.faults.map(({ id }) => ({ kind, id }));
    case 'client': {
      const names = [...new Set(schedule.intents.map(({ client }) => client))];
      // The last client can't go.
      return names.length < 2 ? [] : names.map((name) => ({ kind, name }));
    }
    case 'intent':
      return schedule.intents.map(({ nonce }) => ({ kind, nonce }));
    default:
      return kind satisfies never;
  }
}

/**
 * The schedule without some of its parts; null if what is left can't be played. What waited for something
 * that isn't there any more goes too, or else is healed at the end: a moment that never comes would be a
 * fault that never happens, and look like a part that isn't needed.
 */
export function without(schedule: Schedule, parts: readonly SchedulePart[]): Schedule | null {
  const isOut = ({ nonce, client }: Schedule['intents'][number]) =>
    parts.some(
      (part) =>
        (part.kind === 'intent' && part.nonce === nonce) || (part.kind === 'client' && part.name === client),
    );
  const left = schedule.intents.filter((intent) => !isOut(intent));
  const gone: Gone = {
    intents: new Set(schedule.intents.filter(isOut).map(({ nonce }) => nonce)),
    faults: new Set(parts.flatMap((part) => (part.kind === 'fault' ? [part.id] : []))),
  };
  // A fault that goes may take those along that wait for it, and they others.
  for (let before = -1; before < gone.faults.size;) {
    before = gone.faults.size;
    for (const { id, trigger } of schedule.faults) if (waitsForGone(trigger, gone)) gone.faults.add(id);
  }
  const faults = schedule.faults
    .filter(({ id }) => !gone.faults.has(id))
    .map((fault) => ({ ...fault, heal: healWithout(fault.heal, gone) }));
  const intents = left.map((intent) => ({
    ...intent,
    pressAt: intent.pressAt !== null && waitsForGone(intent.pressAt, gone) ? null : intent.pressAt,
  }));
  const sold = new Set(intents.flatMap(({ lines }) => lines.map(({ sku }) => sku)));
  const products = schedule.products.filter(({ sku }) => sold.has(sku));
  const smaller = { ...schedule, intents, faults, products };
  const canBePlayed = intents.length > 0 && [...complaintsAbout(smaller)].length === 0;
  return canBePlayed ? smaller : null;
}

interface Gone {
  intents: ReadonlySet<string>;
  faults: Set<string>;
}

function waitsForGone(moment: Moment, gone: Gone): boolean {
  return (
    intentsOf(moment).some((nonce) => gone.intents.has(nonce)) ||
    faultsOf(moment).some((id) => gone.faults.has(id))
  );
}

/** Of several moments those that can still come; if none can, the end. */
function healWithout(heal: HealMoment, gone: Gone): HealMoment {
  const canCome = (moment: HealMoment) =>
    !intentsOf(moment).some((nonce) => gone.intents.has(nonce)) &&
    !faultsOf(moment).some((id) => gone.faults.has(id));
  if (canCome(heal)) return heal;
  if (heal.at !== 'any') return { at: 'end' };
  const [first, ...others] = heal.of.filter(canCome);
  if (first === undefined) return { at: 'end' };
  return others.length === 0 ? first : { at: 'any', of: [first, ...others] };
}
