/** What the engine promises. */
export interface Guarantee {
  promise: string;
  /** What it rests on. */
  by: string;
  /** Tests by their names, or `hazard N` for all that have its number. */
  shownBy: readonly string[];
}

/** The table of the engine's page is made from these by its test, which looks for each test that they name. */
export const guarantees: readonly Guarantee[] = [
  {
    promise: 'One key, one execution, whatever runs at the same time',
    by: 'the unique index: a claim waits behind an open claim',
    shownBy: ['hazard 2', 'hazard 46'],
  },
  {
    promise: 'A repeat gets the stored answer, byte for byte',
    by: 'the answer is stored as text, in the commit of the effects',
    shownBy: ['executes once and replays the same bytes', 'hazard 26'],
  },
  {
    promise: 'The answer and its effects: both or neither',
    by: 'one commit, which begins with the claim or with a lock on it',
    shownBy: ['hazard 4', 'hazard 43'],
  },
  {
    promise: 'Same key, other content: refused, before anything else',
    by: 'a fingerprint of the parsed input',
    shownBy: ['hazard 23', 'hazard 19'],
  },
  {
    promise: "Another caller's key tells nothing",
    by: 'records belong to a scope, a procedure and a principal',
    shownBy: ['hazard 21', 'another principal in the same scope learns nothing'],
  },
  {
    promise: "A dead holder's work is finished by anyone, from its first unfinished step",
    by: 'lease, takeover, stored step results',
    shownBy: ['hazard 5', 'hazard 39', 'hazard 10'],
  },
  {
    promise: "A paused holder that wakes can't write",
    by: 'fence number *and* holder token, tested in the transaction of each write',
    shownBy: ['hazard 6', 'hazard 7', 'hazard 45'],
  },
  {
    promise: 'A remote step always brings the same key',
    by: 'derived from operation and step',
    shownBy: ['hazard 24', 'hazard 3'],
  },
  {
    promise: 'COMMIT without an answer is neither taken for success nor for failure',
    by: 'the transaction is begun again; its first statement queues behind the open one',
    shownBy: ['hazard 25', 'hazard 48'],
  },
  {
    promise: 'Every call ends in time',
    by: "a limit on each wait, the server's own included",
    shownBy: ['hazard 12', 'hazard 20', 'hazard 47'],
  },
  {
    promise: "A late copy of an old request doesn't execute",
    by: "a key carries its age, and the claim itself tests it by the database's clock",
    shownBy: ['a missing, malformed, expired or future key executes nothing', 'hazard 44'],
  },
  {
    promise: "What is settled and older than window and grace is forgotten; what isn't settled never is",
    by: 'days detached, replaced and archived without a lock that a claim would wait for',
    shownBy: ['hazard 18'],
  },
  {
    promise: "A forgotten key is 'expired', never new",
    by: "the claim tests the key's age; a forgotten day takes no new records",
    shownBy: ['hazard 44'],
  },
  {
    promise: "'Not seen' can be made definite",
    by: '`close(key)`',
    shownBy: ['hazard 42', 'hazard 40'],
  },
  {
    promise: "What can't be finished is undone, and never half",
    by: 'compensation is a direction, and ends in a refusal',
    shownBy: ['never turns back', 'can’t end in a success'],
  },
  {
    promise: "A deployment doesn't turn a retry into a stranger",
    by: 'records carry their version',
    shownBy: ['hazard 49'],
  },
  {
    promise: 'Store down: nothing executes',
    by: 'fail closed, 503',
    shownBy: ['hazard 12'],
  },
];
