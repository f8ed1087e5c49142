import { z } from 'zod';
import { faultNamed } from '../faults/catalogue.ts';
import { groundOf } from './ground.ts';
import { faultsOf, intentsOf } from './moment.ts';
import type { HealMoment } from './moment.ts';
import type { Schedule } from './schedule.ts';

/** What is wrong with a schedule that its form doesn't say: names that must be known, or be there but once. */
export function* complaintsAbout(schedule: Schedule): Iterable<string> {
  const nonces = schedule.intents.map(({ nonce }) => nonce);
  const ids = schedule.faults.map(({ id }) => id);
  for (const nonce of repeated(nonces)) yield `two intents are called ${nonce}`;
  for (const id of repeated(ids)) yield `two faults are called ${id}`;
  for (const { nonce, homeNode } of schedule.intents) {
    if (homeNode > schedule.topology.webNodes)
      yield `intent ${nonce} begins at web-${homeNode}, which there isn’t`;
  }
  const ground = groundOf(schedule);
  for (const planned of schedule.faults) {
    const where = `fault ${planned.id}`;
    const fault = faultNamed(planned.fault);
    if (fault === null) {
      yield `${where}: there is no fault called ${planned.fault}`;
      continue;
    }
    const params = fault.params.safeParse(planned.params);
    if (!params.success)
      yield `${where}: ${planned.fault} doesn’t take these params: ${z.prettifyError(params.error)}`;
    if (!fault.targets(ground).includes(planned.target))
      yield `${where}: ${planned.fault} can’t hit ${planned.target} here`;
  }
  const names = { nonces: new Set(nonces), ids: new Set(ids) };
  for (const { id, trigger, heal } of schedule.faults) {
    for (const moment of [trigger, heal]) {
      yield* unknownNames(moment, `fault ${id}`, names);
    }
    // To be healed by its own beginning is to be over at once.
    if (faultsOf(trigger).includes(id)) yield `fault ${id} waits for itself`;
  }
  for (const { nonce, pressAt } of schedule.intents) {
    if (pressAt !== null) yield* unknownNames(pressAt, `intent ${nonce}`, names);
  }
}

function* unknownNames(
  moment: HealMoment,
  who: string,
  { nonces, ids }: { nonces: ReadonlySet<string>; ids: ReadonlySet<string> },
): Iterable<string> {
  for (const nonce of intentsOf(moment))
    if (!nonces.has(nonce)) yield `${who} waits for intent ${nonce}, which there isn’t`;
  for (const id of faultsOf(moment))
    if (!ids.has(id)) yield `${who} waits for fault ${id}, which there isn’t`;
}

function repeated(names: readonly string[]): Set<string> {
  return new Set(names.filter((name, index) => names.indexOf(name) !== index));
}
