import { createHmac, randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { EngineListener } from '../idempotency/index.ts';

/**
 * One line an event. A key is its owner's secret, so the log names it by a hash; the hash is keyed, so
 * that a key that was seen elsewhere can't be looked up here.
 */
export function logEvents(log: Logger): EngineListener {
  const secret = randomBytes(32);
  return ({ type, id, attempt, ...rest }) => {
    const key = createHmac('sha256', secret).update(id.key).digest('hex').slice(0, 16);
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
