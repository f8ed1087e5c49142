/** A launcher for tests to kill: starts Postgres in the directory named, prints its pids, and stays. */
import { startPostgres } from '../standalone.ts';

const [dataDir] = process.argv.slice(2);
if (!dataDir) throw new Error('usage: postgres-launcher.ts <data directory>');
const { process: postgres } = await startPostgres({ dataDir });
process.stdout.write(`${JSON.stringify({ pids: postgres.pids(), port: postgres.port })}\n`);
setInterval(() => {}, 60_000);
