import { expect } from 'vitest';
import type { Problem } from '../../idempotency/index.ts';
import { appRouter } from '../app-router.ts';
import { makeContract } from '../contract/make-contract.ts';
import { problem as problemSchema } from '../problem-schema.ts';
import { proceduresOf } from '../procedures.ts';

const procedures = new Map(proceduresOf(appRouter).map((procedure) => [procedure.path, procedure]));
const contract = makeContract([...procedures.values()]);

/**
 * Holds one answer to the published contract: a success has the published shape, an error is one that
 * this procedure may answer with, with the published meaning. Every call of the tests comes by here.
 */
export function expectPublished(path: string, answer: { data: unknown; problem: Problem | null }): void {
  const { data, problem } = answer;
  if (problem === null) {
    expect(procedures.get(path)?.answer?.safeParse(data).error, `the answer of ${path}`).toBeUndefined();
    return;
  }
  expect(problemSchema.safeParse(problem).error, `the problem of ${path}`).toBeUndefined();
  const own = contract.procedures[path]?.errors ?? [];
  expect([...contract.anyCall, ...own], `errors that ${path} may answer with`).toContain(problem.code);
  const { status, definite, retryable } = problem;
  expect({ status, definite, retryable }, `the meaning of ${problem.code}`).toEqual({
    status: contract.errors[problem.code]?.status,
    definite: contract.errors[problem.code]?.definite,
    retryable: contract.errors[problem.code]?.retryable,
  });
}
