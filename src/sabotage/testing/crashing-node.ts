import { failpointClient } from '../failpoint-client.ts';

/** A process that comes to one failpoint, and prints if it gets past. */
const failpoint = failpointClient(process.env['FAILPOINTS_URL'] ?? '', 'web-1');
const id = { key: 'k', scope: 's', procedure: 'p' };
await failpoint({ point: 'before_remote', id, operationId: 'op_1', step: 'charge', fence: 1 });
process.stdout.write('past\n');
process.exit(0);
