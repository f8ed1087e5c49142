import { readFileSync } from 'node:fs';
import { faultWindowsOf } from '../../history/fault-windows.ts';
import { seenInTime } from '../../topology/until.ts';
import type { Sight } from './sight.ts';

/** So soon after waking it is the old work that speaks. */
const SOON_MS = 3_000;

/** A statement has as many lines as it was written in; an entry begins with its time. */
const BEFORE_ENTRY = /\n(?=\d{4}-\d\d-\d\d )/;

/**
 * A node that had stood still past its lease, and whose operation another had finished meanwhile, spoke of
 * that operation to the database after it woke: its statements on the record are in Postgres' own log. Needs
 * `log_statement`.
 */
export const zombieSpoke: Sight = {
  name: 'zombie-spoke',
  async look({ topology, history, clock, schedule, evidence, signal }) {
    for (const { target, fromNs, toNs } of faultWindowsOf(history.events).filter(
      ({ fault }) => fault === 'pause',
    )) {
      const [stoppedMs, wokeMs] = [clock.wallMs(fromNs), clock.wallMs(toNs)];
      const overtaken = schedule.intents.filter((intent) => {
        const commit = topology.commitLog.commitOfPaidOrder(intent);
        return (
          `web-${intent.homeNode}` === target &&
          commit !== null &&
          commit.commitMs > stoppedMs &&
          commit.commitMs < wokeMs
        );
      });
      if (overtaken.length === 0) continue;
      const said = () =>
        entriesOf(topology.stack.logPath('postgres')).filter(
          ({ text, atMs }) =>
            atMs >= wokeMs - 1 &&
            atMs < wokeMs + SOON_MS &&
            text.includes(` ${target} `) &&
            text.includes('idempotency_record'),
        ).length;
      // The customers may have gone before it is quite awake.
      const statements = await seenInTime(() => said() || null, {
        what: `${target} to speak`,
        limitMs: SOON_MS,
        signal,
      });
      if (statements === null) continue;
      const intents = overtaken.map(({ nonce }) => nonce);
      evidence.seen('zombie-spoke', { target, value: { intents, statements } });
    }
  },
};

/** What a log says, by entries: `2026-11-23 04:10:32.202 UTC [26720] web-1 LOG:  …`, as `log_line_prefix` and `log_timezone` have it. */
function entriesOf(path: string): { text: string; atMs: number }[] {
  return readFileSync(path, 'utf8')
    .split(BEFORE_ENTRY)
    .map((text) => ({ text, atMs: Date.parse(`${text.slice(0, 23).replace(' ', 'T')}Z`) }));
}
