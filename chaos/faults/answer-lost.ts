import type { Fault } from './fault.ts';

/**
 * Requests arrive and are done; no byte of any answer comes back, and the connection ends. A prompt FIN,
 * on pooled connections too.
 */
export function answerLost(): Fault {
  return {
    name: 'answer-lost',
    effect: 'requests arrive, and the connection ends before the first byte of the answer',
    toxics: [{ type: 'limit_data', stream: 'downstream', attributes: { bytes: 0 } }],
  };
}
