import type { Services } from '../services.ts';
import {
  checkFailedPayment,
  duePayments,
  type DuePayment,
  type Finding,
} from '../shop/refunds/late-charges.ts';

type Needs = Pick<Services, 'database' | 'engine' | 'payments' | 'log'>;

/** Looks once at the failed payments that are due, a bounded number of them. Several workers may do so at once. */
export async function checkLateCharges(needs: Needs): Promise<void> {
  // One after the other: it isn't urgent, and the completer shares the connections.
  for (const payment of await duePayments(needs.database)) await checkOne(needs, payment);
}

/** One that fails stops no other; its next look is set already. */
async function checkOne(needs: Needs, payment: DuePayment): Promise<void> {
  const { log } = needs;
  const { paymentId, paymentIntentId } = payment;
  try {
    const finding = await checkFailedPayment(needs, payment);
    log[levelOf(finding)]({ paymentId, paymentIntentId, finding }, `failed payment ${finding}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log.warn({ paymentId, paymentIntentId, error: message }, 'failed payment not looked at to the end');
  }
}

function levelOf(finding: Finding): 'error' | 'warn' | 'debug' {
  switch (finding) {
    case 'contradicted':
      return 'error';
    case 'refunded':
      return 'warn';
    case 'taken':
    case 'not-charged':
    case 'cancelled':
    case 'explained':
    case 'under-way':
      return 'debug';
    default:
      return finding satisfies never;
  }
}
