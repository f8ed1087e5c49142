import { Agent, request } from 'node:http';
import type { Failpoint } from '../idempotency/index.ts';
import type { FailpointOrder, FailpointReport } from './failpoint-wire.ts';

/**
 * Asks the harness at each boundary what to do. Over `node:http`: Next wraps `fetch`, and a held answer may
 * take longer than its time limits.
 */
export function failpointClient(url: string, node: string): Failpoint {
  const agent = new Agent({ keepAlive: true });
  return async ({ point, step, operationId, fence, id }) => {
    const report: FailpointReport = { point, step, operationId, fence, ...id, node, pid: process.pid };
    const order = await ask(url, agent, report);
    if (order?.do !== 'crash') return;
    process.kill(process.pid, 'SIGKILL');
    // The signal comes with the next turn of the event loop; nothing of ours may run in between.
    await new Promise(() => undefined);
  };
}

/** @returns null when the harness isn't there */
function ask(url: string, agent: Agent, report: FailpointReport): Promise<FailpointOrder | null> {
  return new Promise((resolve) => {
    const nobody = () => {
      resolve(null);
    };
    const asking = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } });
    asking.once('error', nobody);
    asking.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', nobody);
      response.once('end', () => {
        if (response.statusCode !== 200) return nobody();
        resolve(JSON.parse(Buffer.concat(chunks).toString()) as FailpointOrder);
      });
    });
    asking.end(JSON.stringify(report));
  });
}
