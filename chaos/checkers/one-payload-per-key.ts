import { keyUsesOf } from '../history/attempts.ts';
import type { KeyUse } from '../history/attempts.ts';
import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { groupBy } from './intent-index.ts';

export const onePayloadPerKey: Checker = {
  name: 'one-payload-per-key',
  invariant: 'A key is accepted with one payload; with another it is refused.',
  check(history) {
    const findings = new FindingList();
    let reused = 0;
    for (const uses of groupBy(keyUsesOf(history), (use) => use.ownKey).values()) {
      if (uses.length < 2) continue;
      reused += 1;
      const accepted = uses.filter(wasAccepted);
      if (accepted.length < 2) continue;
      findings.add(
        'key-accepted-with-two-payloads',
        `key ${accepted[0]?.key} was accepted with ${accepted.length} payloads`,
        {
          intent: accepted[0]?.intent,
          events: accepted.flatMap((use) => use.attempts.map(({ invoke }) => invoke.index)),
        },
      );
    }
    return { premise: reused, violations: findings.found };
  },
};

/** The shop acted on it: an acknowledgement, or a refusal that only looking at the payload could give. */
function wasAccepted(use: KeyUse): boolean {
  return use.attempts.some(
    ({ completion }) =>
      completion?.type === 'ok' ||
      (completion?.type === 'refused' && completion.errorClass !== 'OPERATION_CLOSED'),
  );
}
