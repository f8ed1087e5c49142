/**
 * Says that a bug which was put in has been reached: a line in the process's log, written at once, so that
 * it is there when the process is killed the moment after. The harness counts these lines; a mutant that
 * was never reached has survived nothing.
 */
export function hit(sabotage: string): void {
  process.stdout.write(`${JSON.stringify({ msg: 'sabotage', sabotage })}\n`);
}
