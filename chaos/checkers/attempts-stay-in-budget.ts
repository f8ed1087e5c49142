import { pairsOf } from '../history/attempts.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { groupBy } from './intent-index.ts';

export const attemptsStayInBudget: Checker = {
  name: 'attempts-stay-in-budget',
  invariant: 'A call sends no more attempts than its budget: two layers that both retry multiply.',
  check(history, { facts }) {
    const findings = new FindingList();
    const attempts = groupBy(pairsOf(history, 'placeOrder'), ({ invoke }) => invoke.call);
    for (const [call, sent] of attempts) {
      if (sent.length <= facts.limits.attemptsPerCall) continue;
      const intent = sent[0]?.invoke.intent;
      findings.add(
        'too-many-attempts',
        `one call sent ${sent.length} attempts, its budget is ${facts.limits.attemptsPerCall}`,
        {
          intent,
          events: [call, ...sent.map(({ invoke }) => invoke.index)],
        },
      );
    }
    return { premise: attempts.size, violations: findings.found };
  },
};
