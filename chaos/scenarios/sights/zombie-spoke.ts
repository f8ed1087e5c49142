import { readFileSync } from 'node:fs';
import { faultWindowsOf } from '../../history/fault-windows.ts';
import type { Sight } from './sight.ts';

/** So soon after waking it is the old work that speaks. */
const SOON_MS = 3_000;

/**
 * A node that had stood still past its lease, and whose operation another had finished meanwhile, spoke of
 * that operation to the database after it woke: its statements on the record are in Postgres' own log. Needs
 * `log_statement`.
 */
export const zombieSpoke: Sight = {
  name: 'zombie-spoke',
  look({ topology, history, clock, schedule, evidence }) {
    const lines = readFileSync(topology.stack.logPath('postgres'), 'utf8').split('\n');
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
      const said = lines.filter((line) => {
        const saidMs = timeOf(line);
        return (
          saidMs >= wokeMs - 1 &&
          saidMs < wokeMs + SOON_MS &&
          line.includes(` ${target} `) &&
          line.includes('idempotency_record')
        );
      });
      if (said.length === 0) continue;
      const intents = overtaken.map(({ nonce }) => nonce);
      evidence.seen('zombie-spoke', { target, value: { intents, statements: said.length } });
    }
  },
};

/** `2026-11-23 04:10:32.202 UTC [26720] web-1 LOG:  …`, as `log_line_prefix` and `log_timezone` have it. */
function timeOf(line: string): number {
  return Date.parse(`${line.slice(0, 23).replace(' ', 'T')}Z`);
}
