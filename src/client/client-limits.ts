/** The limits of one client. Their values, and the inequalities between them and the server's, are the app's. */
export interface ClientLimits {
  /** After so long without an answer an attempt is given up, and the next one may begin. */
  readonly attemptTimeoutMs: number;
  /** Attempts of one call, the first included. */
  readonly maxAttempts: number;
  /** Time of one call, all attempts and pauses included. */
  readonly totalBudgetMs: number;
  /** The longest first pause; each later one may be twice as long as the one before. */
  readonly backoffBaseMs: number;
  /** No pause of our own choice is longer. The server's Retry-After may be. */
  readonly backoffCapMs: number;
}
