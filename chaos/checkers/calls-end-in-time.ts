import { pairsOf } from '../history/attempts.ts';
import { healedAtNs } from '../history/phases.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { stallDoubt } from './stall.ts';

export const callsEndInTime: Checker = {
  name: 'calls-end-in-time',
  invariant:
    'Every call ends within its limit, whatever is broken; and a shop that is whole again tells what became of a key.',
  check(history, { facts }) {
    const findings = new FindingList();
    const healedNs = healedAtNs(history);
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
      // A client's patience ends every call. Where nothing is broken any more it mustn't have to.
      const isHealed = healedNs !== null && invoke.monoNs >= healedNs;
      if (invoke.f === 'outcome' && isHealed && completion.errorClass === 'timeout') {
        findings.add('outcome-never-told', `${invoke.process} asked what became of a key, and wasn't told`, {
          intent: invoke.intent,
          events: [invoke.index, completion.index],
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
