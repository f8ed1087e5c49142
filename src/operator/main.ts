import { connect } from '../database/database.ts';
import { EnvironmentError, parseWorkerEnv } from '../env.ts';
import { limits } from '../limits.ts';
import { createServices } from '../services.ts';
import { runCommandLine, type Operator } from './command-line.ts';

/**
 * The composition root of the operator's tool. It runs where a worker runs, with a worker's settings. Its
 * own log is silent, since its output is for a person; what it does is told to the engine's other listeners.
 */
function connectOperator(): Operator {
  const env = parseWorkerEnv(process.env);
  const services = createServices({ ...env, LOG_LEVEL: 'silent', NODE_NAME: 'operator' });
  const database = connect({
    url: env.DATABASE_URL,
    applicationName: 'operator',
    poolSize: 1,
    patience: limits.operator,
  });
  return {
    engine: services.engine,
    database,
    close: async () => void (await Promise.all([services.close(), database.$disconnect()])),
  };
}

const print = (text: string) => void process.stdout.write(text);
const printError = (text: string) => void process.stderr.write(text);
try {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    connect: connectOperator,
    print,
    printError,
  });
} catch (error) {
  printError(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
}

function sentenceOf(error: unknown): string {
  if (error instanceof EnvironmentError) return error.message;
  // Prisma's messages have many lines, of which the last one tells.
  const said = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error);
  return `It failed: ${said}`;
}
