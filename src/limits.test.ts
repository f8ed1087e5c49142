import { describe, expect, test } from 'vitest';
import { limits } from './limits.ts';

const { client, joinMs, lease, database, provider, completer, keys, retention, audit } = limits;

/** Each inequality, and what would break without it. */
describe('what waits for what', () => {
  test.each<[why: string, smaller: number, larger: number]>([
    ['a joined duplicate is answered before its client gives up', joinMs, client.attemptTimeoutMs],
    [
      'a slow provider is answered, not given up, within one attempt',
      provider.timeoutMs + joinMs,
      client.attemptTimeoutMs,
    ],
    [
      'an unreachable database is answered within one attempt',
      database.connectionTimeoutMs + database.queryTimeoutMs,
      client.attemptTimeoutMs,
    ],
    [
      'a claim that waits for another ends as a lock timeout, not as a statement timeout',
      database.lockTimeoutMs,
      database.statementTimeoutMs,
    ],
    [
      'the server ends a statement before the client destroys its connection',
      database.statementTimeoutMs,
      database.queryTimeoutMs,
    ],
    [
      'a query ends before the transaction’s own clock does',
      database.queryTimeoutMs,
      database.transactionTimeoutMs,
    ],
    [
      'a frozen holder’s open transaction is gone before its lease is over',
      database.idleInTransactionTimeoutMs,
      lease.leaseMs,
    ],
    [
      'an operation keeps its place in the completer for as long as it may keep its lease',
      lease.renewalDeadlineMs + lease.leaseMs - 1,
      completer.patienceMs,
    ],
    ['a lease outlives one lost renewal', (2 * lease.leaseMs) / 3, lease.leaseMs],
    ['a slow provider’s holder is still renewing', provider.timeoutMs, lease.renewalDeadlineMs],
    ['several attempts fit into the budget of one press', 3 * client.attemptTimeoutMs, client.totalBudgetMs],
    ['the client outlasts a dead holder’s lease', lease.leaseMs + completer.intervalMs, client.totalBudgetMs],
    ['pauses between attempts are shorter than an attempt', client.backoffCapMs, client.attemptTimeoutMs],
    [
      'a checkout’s key outlasts the visit in which it was told',
      keys.orderKeyRenewalAgeMs + 12 * 60 * 60 * 1_000,
      keys.windowBackMs,
    ],
    [
      'partitions are made long before they are needed',
      retention.intervalMs,
      retention.partitionsAheadDays * 86_400_000,
    ],
    [
      'a key from an allowed future day finds its partition',
      keys.windowAheadMs,
      retention.partitionsAheadDays * 86_400_000,
    ],
    [
      'a record outlives the longest work on it',
      lease.renewalDeadlineMs + database.transactionTimeoutMs,
      retention.graceMs,
    ],
    [
      'a day’s events are there when its records are archived',
      keys.windowBackMs + retention.graceMs + 2 * 86_400_000,
      audit.keptMs,
    ],
    ['the audit trail gives up whole batches, not everything', audit.batchSize, audit.bufferSize],
    [
      'a database clock in the wrong time zone opens no window again',
      14 * 3_600_000 + retention.clockToleranceMs,
      retention.graceMs,
    ],
    [
      'a detach outwaits every transaction that was open when it began',
      database.transactionTimeoutMs + database.idleInTransactionTimeoutMs,
      retention.lockTimeoutMs,
    ],
    [
      'a detach that waits ends as a lock timeout, not as a statement timeout',
      retention.lockTimeoutMs,
      retention.statementTimeoutMs,
    ],
    [
      'the server ends a purge’s statement before the client destroys its connection',
      retention.statementTimeoutMs,
      retention.queryTimeoutMs,
    ],
  ])('%s', (_, smaller, larger) => {
    expect(smaller).toBeLessThan(larger);
  });

  test('no retries that nobody counts', () => {
    expect(provider.maxNetworkRetries).toBe(0);
  });
});
