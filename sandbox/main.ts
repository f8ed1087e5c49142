import { Ledger } from './ledger.ts';
import { SandboxServer } from './server.ts';
import { readSettings, type Settings } from './settings.ts';

async function main(): Promise<void> {
  const read = readSettings(process.env);
  if (!read.ok) return fail(read.problem);
  const ledger = openLedger(read.settings);
  const server = new SandboxServer(ledger, read.settings);
  const url = await server.start().catch((error: unknown) => {
    return fail(`Can't listen on 127.0.0.1:${read.settings.port}: ${messageOf(error)}.`);
  });

  let stopping = false;
  async function stop(): Promise<void> {
    // Ctrl-C reaches the whole process group at once, and a launcher signals besides: once is enough.
    if (stopping) return;
    stopping = true;
    await server.stop();
    ledger.close();
  }
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());

  console.log(JSON.stringify({ msg: 'ready', url }));
}

function openLedger({ ledgerPath }: Settings): Ledger {
  try {
    return new Ledger(ledgerPath);
  } catch (error) {
    return fail(`Can't open the ledger at ${ledgerPath}: ${messageOf(error)}.`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One sentence, no stack: whoever started this with a wrong setting needs to know which. */
function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

await main();
