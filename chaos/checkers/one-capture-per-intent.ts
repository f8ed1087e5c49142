import { FindingList } from './checker.ts';
import type { Checker } from './checker.ts';
import { IntentIndex, groupBy, isCapture } from './intent-index.ts';

export const oneCapturePerIntent: Checker = {
  name: 'one-capture-per-intent',
  invariant:
    'An intent has at most one gross capture at the provider: a double that was refunded is a double.',
  check(_history, { ledger, intents }) {
    const index = new IntentIndex(intents);
    const findings = new FindingList();

    for (const charge of ledger.charges) {
      if (index.ofPaymentMethod(charge.paymentMethod) === null) {
        findings.add(
          'charge-of-unknown-intent',
          `charge ${charge.id} belongs to nothing that the harness meant to buy`,
          {
            rows: [`charges/${charge.id}`],
          },
        );
      }
    }

    const captures = groupBy(
      ledger.charges.filter(isCapture),
      (charge) => index.ofPaymentMethod(charge.paymentMethod)?.nonce ?? null,
    );
    for (const [nonce, charges] of captures) {
      if (charges.length < 2) continue;
      findings.add('second-capture', `intent ${nonce} was charged ${charges.length} times`, {
        intent: nonce,
        rows: charges.map((charge) => `charges/${charge.id}`),
      });
    }
    return { premise: captures.size, violations: findings.found };
  },
};
