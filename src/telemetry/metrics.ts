import { Counter, Histogram, Registry } from 'prom-client';
import type { EngineListener } from '../idempotency/index.ts';

/** Seconds. From a replay out of memory to the longest honest answer. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/**
 * The engine in numbers, for Prometheus. Labels come from closed sets only (procedures, decisions, codes,
 * steps, and reasons of a fixed alphabet that are counted as `other` past a few): nobody can grow a series
 * by what they send.
 */
export class EngineMetrics {
  readonly registry = new Registry();
  readonly #calls = this.#counter('calls_total', 'Calls by how they were answered.', [
    'procedure',
    'decision',
    'code',
  ]);
  readonly #retries = this.#counter('retries_total', 'Attempts after the first, by the reason they gave.', [
    'procedure',
    'reason',
  ]);
  readonly #latency = this.#histogram('call_seconds', 'Time until a call was answered.', [
    'procedure',
    'decision',
  ]);
  readonly #remote = this.#histogram('remote_seconds', 'Time of remote calls.', [
    'procedure',
    'step',
    'answered',
  ]);
  readonly #events = this.#counter('events_total', 'What happened to operations.', ['procedure', 'event']);
  readonly #settled = this.#counter('settled_total', 'Operations by their outcome.', ['procedure', 'state']);

  readonly auditLost = this.#counter('audit_lost_total', 'Events that the audit trail gave up.', []);

  readonly listener: EngineListener = (event) => {
    const { procedure } = event.id;
    switch (event.type) {
      case 'answered': {
        const { decision, code, durationMs, attempt } = event;
        this.#calls.inc({ procedure, decision, code: code ?? '' });
        this.#latency.observe({ procedure, decision }, durationMs / 1_000);
        if ((attempt?.number ?? 1) > 1)
          this.#retries.inc({
            procedure,
            reason: reasons.has(attempt?.reason ?? '') ? String(attempt?.reason) : 'other',
          });
        return;
      }
      case 'remote_called':
        this.#remote.observe(
          { procedure, step: event.step, answered: String(event.answered) },
          event.durationMs / 1_000,
        );
        return;
      case 'settled':
        this.#settled.inc({ procedure, state: event.state });
        return;
      case 'claimed':
      case 'closed':
      case 'commit_unknown':
      case 'compensating':
      case 'fenced':
      case 'inquired':
      case 'released':
      case 'reopened':
      case 'step_finished':
      case 'stuck':
      case 'taken_over':
        this.#events.inc({ procedure, event: event.type });
        return;
      default:
        event satisfies never;
    }
  };

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name: `idempotency_${name}`, help, labelNames, registers: [this.registry] });
  }

  #histogram<L extends string>(name: string, help: string, labelNames: L[]): Histogram<L> {
    const options = { name: `idempotency_${name}`, help, labelNames, buckets: BUCKETS };
    return new Histogram({ ...options, registers: [this.registry] });
  }
}

/** Those that the shop's own client gives. */
const reasons: ReadonlySet<string> = new Set([
  'timeout',
  'network',
  'server_error',
  'in_progress',
  'outcome_unknown',
  'unavailable',
  'resumed',
]);
