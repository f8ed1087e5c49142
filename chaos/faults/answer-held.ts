import type { Fault } from './fault.ts';

/** Requests arrive and are done; the answers wait, and come when the fault is healed. */
export function answerHeld(): Fault {
  return {
    name: 'answer-held',
    effect: 'requests arrive, and the answers are held back until the fault is healed',
    toxics: [{ type: 'bandwidth', stream: 'downstream', attributes: { rate: 0 } }],
  };
}
