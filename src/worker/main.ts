import { EnvironmentError, parseWorkerEnv } from '../env.ts';
import { limits } from '../limits.ts';
import { createServices } from '../services.ts';
import { resumables } from '../shop/resumables.ts';
import { completeAbandoned } from './completer.ts';
import { loop } from './loop.ts';
import { makePartitionsOnce } from './partitions.ts';

/** The composition root of a worker: its loops, until it is told to stop. */
async function main(): Promise<void> {
  const { log, engine, database, payments } = createServices(parseWorkerEnv(process.env));
  const known = resumables(payments);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      stop.abort();
    });
  const options = { signal: stop.signal, log };
  const loops = [
    loop('completer', limits.completer.intervalMs, () => completeAbandoned(engine, known, log), options),
    loop('partitions', limits.keys.partitionUpkeepIntervalMs, () => makePartitionsOnce(database), options),
  ];
  log.info('ready');
  await Promise.all(loops);
  process.exit(0);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof EnvironmentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
