import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Database, Tx } from '../database/database.ts';
import { parseKey, type Engine, type IdempotencyRecord } from '../idempotency/index.ts';
import { compensationReason, details, lastFinishedStep, table } from './describe.ts';
import { findByKey, findByOperationId, isOperationId, listUnsettled, type Found } from './find-operations.ts';

/** What the tool works on. */
export interface Operator {
  /** With the patience of a person. */
  readonly database: Database;
  readonly engine: Engine<Tx>;
  close(): Promise<void>;
}

/** All that it reaches outside of itself. */
interface CommandLine {
  /** Called once what was typed makes sense. @throws EnvironmentError */
  connect(): Operator;
  print(text: string): void;
  printError(text: string): void;
}

/** It can't be done; the message says why. */
class CannotBeDone extends Error {
  override readonly name = 'CannotBeDone';
}

const LIST_DEFAULT = 50;
const LIST_MAX = 1_000;

/** @returns the exit code: 0 done, 1 it can't be done, 2 mistyped */
export async function runCommandLine(argv: readonly string[], io: CommandLine): Promise<number> {
  const withOperator = async (act: (operator: Operator) => Promise<string>): Promise<void> => {
    const operator = io.connect();
    try {
      io.print(await act(operator));
    } finally {
      await operator.close();
    }
  };
  const program = new Command('operations')
    .description('Looks at operations of the shop that didn’t end by themselves, and tries one more time.')
    .exitOverride()
    .configureOutput({ writeOut: io.print, writeErr: io.printError })
    .showHelpAfterError();

  program
    .command('list')
    .description('lists operations that aren’t settled, the longest due first')
    .addOption(
      new Option('--state <state>', 'stuck: those that wait for a person; unsettled: all')
        .choices(['stuck', 'unsettled'])
        .default('stuck'),
    )
    .option('--limit <number>', `at most so many, up to ${LIST_MAX}`, count, LIST_DEFAULT)
    .action((options: { state: 'stuck' | 'unsettled'; limit: number }) =>
      withOperator((operator) => list(operator, options)),
    );
  program
    .command('show')
    .description('shows an operation: its steps, tries, times, and of its input what isn’t private')
    .argument('<operation or key>', 'an operation’s id (op_…) or the idempotency key of its call', named)
    .action((name: string) => withOperator((operator) => show(operator, name)));
  program
    .command('retry')
    .description('orders one more try of a stuck operation, at the step that isn’t finished')
    .argument('<operation>', 'its id: op_…', operation)
    .action((id: string) => withOperator((operator) => retry(operator, id)));

  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof CannotBeDone) {
      io.printError(`${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

async function list(
  { database }: Operator,
  { state, limit }: { state: 'stuck' | 'unsettled'; limit: number },
): Promise<string> {
  const { records } = await listUnsettled(database, { stuckOnly: state === 'stuck', limit: limit + 1 });
  if (records.length === 0) return `No operation is ${state}.\n`;
  const more = records.length > limit ? `There are more; --limit shows up to ${LIST_MAX}.\n` : '';
  return table(records.slice(0, limit)) + more;
}

async function show({ database }: Operator, name: string): Promise<string> {
  const { records, now } = isOperationId(name)
    ? await findByOperationId(database, name)
    : await findByKey(database, name);
  if (records.length === 0) throw notFound(name);
  return records.map((record) => details(record, now)).join('\n');
}

async function retry({ database, engine }: Operator, id: string): Promise<string> {
  const record = only(await findByOperationId(database, id), id);
  if (record.state !== 'stuck') throw new CannotBeDone(whyNotRetried(record));
  const { key, scope, procedure } = record;
  if (!(await engine.retryStuck({ key, scope, procedure })))
    throw new CannotBeDone(`${id} is no longer stuck: someone else was faster. Look with: show ${id}`);
  const step = lastFinishedStep(record);
  const reason = compensationReason(record);
  return [
    `${id} (${procedure}) is due for one more try, which a running worker makes at once.`,
    step === null
      ? 'No step of it is finished, so it begins with the first.'
      : `It goes on after '${step}', the last step that is finished; finished steps are not run again.`,
    ...(reason === null ? [] : [`It is being undone (${reason}), and that direction doesn’t change.`]),
    `If this try fails too, it is stuck again. Look with: show ${id}`,
    '',
  ].join('\n');
}

function only({ records: [record] }: Found, id: string): IdempotencyRecord {
  if (record === undefined) throw notFound(id);
  return record;
}

function whyNotRetried({ operationId, state, settledAt }: IdempotencyRecord): string {
  return settledAt === null
    ? `${operationId} is ${state}, not stuck: workers go on with it by themselves. Nothing was changed.`
    : `${operationId} is settled (${state}): there is nothing left to try. Nothing was changed.`;
}

function notFound(name: string): CannotBeDone {
  return new CannotBeDone(
    isOperationId(name)
      ? `There is no record of ${name}. One that was settled long ago may have been forgotten: records are kept for some days.`
      : 'There is no record of this key. It was never used, or its day has been forgotten.',
  );
}

function named(text: string): string {
  if (isOperationId(text)) return text;
  const key = parseKey(text);
  if (key.kind === 'valid') return key.key;
  throw new InvalidArgumentError(
    'It is neither an operation’s id (op_ and 32 hexadecimal digits) nor a key (a UUIDv7).',
  );
}

function operation(text: string): string {
  if (isOperationId(text)) return text;
  throw new InvalidArgumentError('It is no operation’s id: op_ and 32 hexadecimal digits.');
}

function count(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 1 && number <= LIST_MAX) return number;
  throw new InvalidArgumentError(`It is no whole number from 1 to ${LIST_MAX}.`);
}
