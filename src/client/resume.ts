import type { AttemptStore } from './attempt-store.ts';
import { resumeContext } from './operation-context.ts';
import { outcomeOf } from './outcome.ts';
import type { AttemptOutcome } from './outcome.ts';
import type { PendingAttempt } from './pending-attempt.ts';
import type { MutationPath, MutationResult } from './router-split.ts';

export interface ResumeOptions<Path extends string> {
  readonly customer: string;
  readonly store: AttemptStore;
  readonly procedure: Path;
  readonly signal?: AbortSignal | undefined;
}

export interface ResumedAttempt<Result> {
  readonly attempt: PendingAttempt;
  readonly outcome: Promise<AttemptOutcome<Result>>;
}

/**
 * Sends a customer's pending attempts of one procedure again, each with its own key and stored input, all under
 * way when it returns. For a page that has just been loaded.
 */
export function resumePending<TClient, Path extends MutationPath<TClient>>(
  client: TClient,
  { customer, store, procedure, signal }: ResumeOptions<Path>,
): ResumedAttempt<MutationResult<TClient, Path>>[] {
  type Result = MutationResult<TClient, Path>;
  const mutate = mutationAt<Result>(client, procedure);
  return store
    .list(customer)
    .filter((attempt) => attempt.procedure === procedure)
    .map((attempt) => {
      const context = { ...resumeContext(attempt) };
      const call = mutate(attempt.input, signal === undefined ? { context } : { context, signal });
      return { attempt, outcome: outcomeOf(call) };
    });
}

type Mutate<Result> = (
  input: unknown,
  options: { context: Record<string, unknown>; signal?: AbortSignal },
) => Promise<Result>;

/** tRPC's client is a proxy that makes a path of the names it is asked for. */
function mutationAt<Result>(client: unknown, path: string): Mutate<Result> {
  const node = path
    .split('.')
    .reduce<unknown>((each, name) => (each as Record<string, unknown>)[name], client);
  return (node as { mutate: Mutate<Result> }).mutate;
}
