import { connect } from '../database/database.ts';
import { EnvironmentError, parseWorkerEnv } from '../env.ts';
import { PrismaAuditRetention, PrismaRetention } from '../idempotency/prisma/index.ts';
import { limits } from '../limits.ts';
import { createServices, type ServiceOptions } from '../services.ts';
import { resumables } from '../shop/resumables.ts';
import { Completer } from './completer.ts';
import { checkLateCharges } from './late-charges.ts';
import { loop } from './loop.ts';
import { keepDays } from './retention.ts';

/** The composition root of a worker: its loops, until it is told to stop. */
async function main(seam: ServiceOptions, known: typeof resumables): Promise<void> {
  const env = parseWorkerEnv(process.env);
  const services = createServices(env, seam);
  const { log, payments } = services;
  const patient = connect({
    url: env.DATABASE_URL,
    applicationName: `${env.NODE_NAME}/retention`,
    poolSize: limits.retention.poolSize,
    patience: limits.retention,
  });
  const { clockToleranceMs } = limits.retention;
  const retention = {
    records: new PrismaRetention({ client: patient, clockToleranceMs }),
    audit: new PrismaAuditRetention({ client: patient, clockToleranceMs }),
  };
  const completer = new Completer({ ...services, known: known(payments) });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      stop.abort();
    });
  const options = { signal: stop.signal, log };
  const loops = [
    loop('completer', limits.completer.intervalMs, () => completer.begin(), options),
    loop('late charges', limits.lateCharges.intervalMs, () => checkLateCharges(services), options),
    loop('retention', limits.retention.intervalMs, () => keepDays(retention, log), options),
  ];
  log.info('ready');
  await Promise.all(loops);
  // What is half done would wait for its lease to run out.
  await completer.idle();
  await services.close();
  process.exit(0);
}

/**
 * Runs a worker to its end. A wrong setting stops it with one sentence.
 *
 * @param known what it can finish: another release's, in a chaos build
 */
export async function runWorker(seam: ServiceOptions = {}, known = resumables): Promise<void> {
  try {
    await main(seam, known);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

if (import.meta.main) await runWorker();
