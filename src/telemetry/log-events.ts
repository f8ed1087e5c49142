import type { Logger } from 'pino';
import type { EngineListener } from '../idempotency/index.ts';
import type { pseudonyms } from './pseudonyms.ts';

/** One line an event. A key is its owner's secret, so the log names it as the audit trail does. */
export function logEvents(log: Logger, pseudonym: ReturnType<typeof pseudonyms>): EngineListener {
  return ({ type, id, attempt, ...rest }) => {
    const key = pseudonym('key', id.key);
    const error = 'error' in rest && rest.error instanceof Error ? describe(rest.error) : undefined;
    log[levelOf(type)](
      { event: type, procedure: id.procedure, key, ...rest, ...(attempt && { attempt }), error },
      `operation ${type}`,
    );
  };
}

function levelOf(type: Parameters<EngineListener>[0]['type']): 'error' | 'warn' | 'info' {
  switch (type) {
    case 'stuck':
      return 'error';
    case 'commit_unknown':
    case 'compensating':
    case 'fenced':
    case 'released':
    case 'reopened':
      return 'warn';
    case 'answered':
    case 'claimed':
    case 'closed':
    case 'inquired':
    case 'remote_called':
    case 'settled':
    case 'step_finished':
    case 'taken_over':
      return 'info';
    default:
      return type satisfies never;
  }
}

function describe(error: Error): string {
  const { cause } = error;
  return cause instanceof Error
    ? `${error.name}: ${error.message} (${describe(cause)})`
    : `${error.name}: ${error.message}`;
}
