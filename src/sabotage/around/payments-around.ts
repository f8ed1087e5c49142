import type {
  CancelIntent,
  CancelResult,
  ChargeResult,
  ConfirmIntent,
  IntentState,
  OpenIntent,
  Payments,
  RefundIntent,
  RefundResult,
} from '../../payments/payments.ts';

/** Passes everything on; a mutant changes what it breaks. */
export class PaymentsAround implements Payments {
  protected readonly payments: Payments;

  constructor(payments: Payments) {
    this.payments = payments;
  }

  openIntent(intent: OpenIntent): Promise<{ readonly intentId: string }> {
    return this.payments.openIntent(intent);
  }

  confirm(confirmation: ConfirmIntent): Promise<ChargeResult> {
    return this.payments.confirm(confirmation);
  }

  retrieve(intentId: string): Promise<IntentState> {
    return this.payments.retrieve(intentId);
  }

  cancel(cancellation: CancelIntent): Promise<CancelResult> {
    return this.payments.cancel(cancellation);
  }

  refund(refund: RefundIntent): Promise<RefundResult> {
    return this.payments.refund(refund);
  }
}
