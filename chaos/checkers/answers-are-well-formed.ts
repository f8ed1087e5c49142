import { BAD_BODY } from '../history/answer.ts';
import { isOperation } from '../history/event.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';

export const answersAreWellFormed: Checker = {
  name: 'answers-are-well-formed',
  invariant:
    'A complete answer has the body that its status promises: a 200 without an order is no acknowledgement.',
  check(history) {
    const findings = new FindingList();
    let complete = 0;
    for (const event of history) {
      if (!isOperation(event) || event.response === null) continue;
      complete += 1;
      if (event.errorClass !== BAD_BODY) continue;
      findings.add(
        'bad-body',
        `a complete ${event.response.httpStatus} of ${event.f} has a body that no schema accepts`,
        {
          intent: event.intent,
          events: [event.index],
        },
      );
    }
    return { premise: complete, violations: findings.found };
  },
};
