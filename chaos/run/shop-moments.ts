import type { LookForMoment } from './moments.ts';
import type { Run } from './run.ts';

/** Looks for the moments of the shop: on the wire, by SQL, in the ledger and in the commit log. */
export function shopMoments(run: Run): LookForMoment {
  return async (moment) => {
    const { watch, commitLog } = run.topology;
    switch (moment.at) {
      case 'arrivals':
        return watch.arrivals().length >= moment.count;
      case 'attempts-ended':
        return watch.attemptsEnded >= moment.count;
      case 'arrived':
        return watch.arrivals(moment.intent).length >= moment.attempt;
      case 'attempt-ended':
        return (
          watch.attempts(moment.intent).filter(({ completion }) => completion !== null).length >=
          moment.attempt
        );
      case 'running':
        return (await watch.operation(run.intent(moment.intent)))?.isPending === true;
      case 'charged':
        return (await watch.charge(run.intent(moment.intent).paymentMethod)) !== null;
      case 'lease-over':
        return (await watch.operation(run.intent(moment.intent)))?.leaseIsOver === true;
      case 'taken-over':
        return ((await watch.operation(run.intent(moment.intent)))?.fence ?? 1) > 1;
      case 'paid':
        return commitLog.commitOfPaidOrder(run.intent(moment.intent)) !== null;
      default:
        return moment satisfies never;
    }
  };
}
