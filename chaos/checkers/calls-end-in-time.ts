import { pairsOf } from '../history/attempts.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { stallDoubt } from './stall.ts';

export const callsEndInTime: Checker = {
  name: 'calls-end-in-time',
  invariant: 'Every call ends within its limit, whatever is broken.',
  check(history, { facts }) {
    const findings = new FindingList();
    let calls = 0;
    for (const { invoke, completion } of pairsOf(history)) {
      if (invoke.f === 'purchase' || invoke.f === 'placeOrder') calls += 1;
      const limitMs = invoke.f === 'purchase' ? facts.limits.callMs : facts.limits.attemptMs;
      if (completion === null) {
        findings.add('call-never-ended', `${invoke.f} of ${invoke.process} never ended`, {
          intent: invoke.intent,
          events: [invoke.index],
        });
        continue;
      }
      const tookMs = (completion.monoNs - invoke.monoNs) / 1e6;
      if (tookMs <= limitMs) continue;
      findings.add(
        'call-took-too-long',
        `${invoke.f} took ${Math.round(tookMs)} ms, its limit is ${limitMs} ms`,
        {
          intent: invoke.intent,
          events: [invoke.index, completion.index],
        },
      );
    }
    return { premise: calls, violations: findings.found, doubt: stallDoubt(facts) };
  },
};
