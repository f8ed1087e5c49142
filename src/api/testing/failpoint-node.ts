import type { FailpointHit } from '../../idempotency/index.ts';
import { createServices } from '../../services.ts';
import type { WorkerEnv } from '../../env.ts';
import { createHandler } from '../handler.ts';

/** What a test tells its node, as JSON in `FAILPOINT_TASK`. */
export interface FailpointTask {
  readonly env: WorkerEnv;
  readonly cookieSecret: string;
  /** The one request that it answers. */
  readonly request: { url: string; body: string; headers: Record<string, string> };
  /** Where it stops being well. */
  readonly at: Pick<FailpointHit, 'point' | 'step'>;
  /** `SIGKILL` is a crash, `SIGSTOP` a pause that somebody else must end. */
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

/**
 * A web node without a web server: a process of its own that answers one request, and on the way sends
 * itself a signal at exactly one boundary of the protocol. Prints its answer, if it lives to have one.
 */
const task = JSON.parse(process.env['FAILPOINT_TASK'] ?? '') as FailpointTask;
const strike = { isSpent: false };
const services = createServices(task.env, {
  failpoint: async ({ point, step }) => {
    if (strike.isSpent || point !== task.at.point || step !== task.at.step) return;
    strike.isSpent = true;
    process.stdout.write(`${JSON.stringify({ reached: task.at })}\n`);
    process.kill(process.pid, task.signal);
    // The signal is delivered before the next turn of the event loop; nothing of ours runs in between.
    await new Promise((resolve) => setImmediate(resolve));
  },
});
const { url, body, headers } = task.request;
const handle = createHandler(services, task.cookieSecret);
const ask = () => handle(new Request(url, { method: 'POST', body, headers }));
let response = await ask();
// Where many processes start at once one may get no connection in its time. It's the boundary that is wanted.
for (let again = 0; again < 10 && !strike.isSpent && response.status === 503; again++) response = await ask();
process.stdout.write(`${JSON.stringify({ status: response.status, text: await response.text() })}\n`);
await services.close();
