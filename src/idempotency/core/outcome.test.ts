import { describe, expect, test } from 'vitest';
import { answer, outcomeOf, StoredRefusal } from './outcome.ts';
import { problemOfRefusal } from './problem.ts';
import { Refusal } from './errors.ts';
import { unsettledStates } from './record.ts';
import { record } from './testing/records.ts';

describe('the outcome of a record', () => {
  test.each(['succeeded', 'failed'] as const)('that has %s is its stored text', (kind) => {
    expect(outcomeOf(record(kind, { outcome: '{"b":1,"a":2}' }))).toEqual({ kind, text: '{"b":1,"a":2}' });
  });

  test('that was closed has no text', () => {
    expect(outcomeOf(record('void', { outcome: null }))).toEqual({ kind: 'void' });
  });

  test.each(unsettledStates)('that is %s isn’t there yet', (state) => {
    expect(outcomeOf(record(state))).toBeNull();
  });

  test('that is settled without one is a bug', () => {
    expect(() => outcomeOf(record('succeeded', { outcome: null }))).toThrow(
      'Bug: op_1 is settled without an outcome',
    );
  });
});

describe('the answer', () => {
  const settled = { operationId: 'op_1', replayed: true };

  test('is parsed from the stored text', () => {
    expect(answer({ ...settled, outcome: { kind: 'succeeded', text: '[1,null]' } })).toEqual([1, null]);
  });

  test('of a refusal is thrown, as it was stored', () => {
    const problem = problemOfRefusal(
      new Refusal('NO', { status: 409, title: 'No', detail: 'Not today.' }),
      'op_1',
    );
    const refused = () => answer({ ...settled, outcome: { kind: 'failed', text: JSON.stringify(problem) } });
    expect(refused).toThrow(StoredRefusal);
    expect(refused).toThrow(
      expect.objectContaining({ name: 'StoredRefusal', message: 'Not today.', problem }) as Error,
    );
  });

  test('of a closed key is that it was closed', () => {
    expect(() => answer({ ...settled, outcome: { kind: 'void' } })).toThrow(
      expect.objectContaining({ code: 'OPERATION_CLOSED', operationId: 'op_1' }) as Error,
    );
  });
});
