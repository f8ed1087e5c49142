import type { Explanation } from './judge.ts';

const REPLAY_WITHOUT_OUTCOME =
  "if (record === null || outcome === null) throw new Error('Bug: a replay without an outcome…";

/** The mutants of the engine's core that no test notices, and why none can. */
export const explanations: readonly Explanation[] = [
  {
    file: 'engine.ts',
    why: 'For the compiler, which holds that every decision has its action. No decision comes here.',
    mutants: [
      'default: | default: return unreachable(decision); → default:',
      'function unreachable(decision: never): never { | { throw new Error(`Bug: no action for ${JSON.stringify(decision)}`); } → {}',
      'throw new Error(`Bug: no action for ${JSON.stringify(decision)}`); | `Bug: no action for ${JSON.stringify(decision)}` → ``',
    ],
  },
  {
    file: 'engine.ts',
    why: '`decide` replays settled records only, and a settled record without an outcome is a bug that `outcomeOf` tells first. The test is for the compiler, and for the day on which that changes.',
    mutants: [
      `${REPLAY_WITHOUT_OUTCOME} | record === null || outcome === null → false`,
      `${REPLAY_WITHOUT_OUTCOME} | record === null || outcome === null → record === null && outcome === null`,
      `${REPLAY_WITHOUT_OUTCOME} | record === null → false`,
      `${REPLAY_WITHOUT_OUTCOME} | outcome === null → false`,
      `${REPLAY_WITHOUT_OUTCOME} | 'Bug: a replay without an outcome' → ""`,
    ],
  },
  {
    file: 'engine.ts',
    why: '`decide` can only refuse a call whose key is missing or malformed. The other branch is for the compiler.',
    mutants: [
      "throw new IdempotencyError(decision.do === 'refuse' ? decision.code : 'INTERNAL'); | decision.do === 'refuse' → true",
      "throw new IdempotencyError(decision.do === 'refuse' ? decision.code : 'INTERNAL'); | 'INTERNAL' → \"\"",
    ],
  },
  {
    file: 'engine.ts',
    why: 'Only settled records are cached, and of a settled record there is a replay or a refusal: what isn’t the one is the other.',
    mutants: [
      "if (decision.do === 'refuse') throw refusalOf(decision.code, cached); | decision.do === 'refuse' → true",
    ],
  },
  {
    file: 'engine.ts',
    why: '`decide` asks whether it is the completer. Everybody else is a caller.',
    mutants: ["const request: DecisionRequest = { ...call, by: 'caller' }; | 'caller' → \"\""],
  },
  {
    file: 'engine.ts',
    why: 'No record has a key that isn’t valid: it couldn’t have been claimed. The question is for the compiler.',
    mutants: ["if (record === null || key.kind !== 'valid') return null; | key.kind !== 'valid' → false"],
  },
  {
    file: 'engine.ts',
    why: '`idOf` has refused every key that isn’t valid. The question is for the compiler.',
    mutants: [
      "const keyMadeAtMs = call.key.kind === 'valid' ? call.key.madeAtMs : 0; | call.key.kind === 'valid' → true",
    ],
  },
  {
    file: 'inquiry.ts',
    why: 'A reading is of a key that `idOf` has let through. The question is for the compiler.',
    mutants: ["const madeAtMs = key.kind === 'valid' ? key.madeAtMs : 0; | key.kind === 'valid' → true"],
  },
  {
    file: 'engine.ts',
    why: 'The store asks the same, in the statement that reopens. Asked here, it saves that statement.',
    mutants: ["if (record?.state !== 'stuck') return false; | record?.state !== 'stuck' → false"],
  },
  {
    file: 'engine.ts',
    why: 'A void record is settled in the transaction that claims it, and what is settled has no input: nobody ever sees what stood there.',
    mutants: ["input: 'null', | 'null' → \"\""],
  },
  {
    file: 'engine.ts',
    why: 'Without the claim, settling finds no record that it holds, and `ClaimLost` is answered by what can be read, as the lost claim is.',
    mutants: [
      "if (claimed) await session.settle(id, claim, { state: 'void', outcome: null }); | claimed → true",
    ],
  },
  {
    file: 'engine.ts',
    why: 'Asked is only whether the store said `false`: that somebody else has it. What stands for an answer that didn’t come is free.',
    mutants: ['.catch(() => null); | () => null → () => undefined'],
  },
  {
    file: 'operation.ts',
    why: 'What isn’t a settlement is a step.',
    mutants: ["await this.#commit(COMPENSATE, () => Promise.resolve(reason), 'step'); | 'step' → \"\""],
  },
  {
    file: 'operation.ts',
    why: 'The lock finds the same: a record that is somebody else’s, or none. Asked here, it saves the wait for that lock.',
    mutants: ['if (!this.#claimUncertain) return this.#lose(); | !this.#claimUncertain → false'],
  },
  {
    file: 'operation.ts',
    why: '`fingerprints` always makes one for the policy’s own version.',
    mutants: ["fingerprint: fingerprints.get(policy.version) ?? '', | '' → \"Stryker was here!\""],
  },
  {
    file: 'versions.ts',
    why: 'Its own version was answered two lines before.',
    mutants: [
      "if (record.policyVersion > policy.version) return 'OPERATION_OF_NEWER_VERSION'; | record.policyVersion > policy.version → record.policyVersion >= policy.version",
    ],
  },
];
