import type { Fault } from './fault.ts';

/**
 * An answer begins to arrive and breaks off after so many bytes of a connection's life: the status line
 * says 200, and the body doesn't come. A client that takes the status for the answer is caught by it.
 */
export function answerCut(afterBytes: number): Fault {
  return {
    name: 'answer-cut',
    effect: `the connection ends after ${afterBytes} bytes of answer`,
    toxics: [{ type: 'limit_data', stream: 'downstream', attributes: { bytes: afterBytes } }],
  };
}
