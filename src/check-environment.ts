import { EnvironmentError, parseWebEnv } from './env.ts';

/** A wrong setting stops the node with one sentence, before its first request. */
export function checkEnvironment(): void {
  try {
    parseWebEnv(process.env);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
