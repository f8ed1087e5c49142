/**
 * What the engine needs from outside. The core imports nothing and touches no global, so that a test
 * can own time and chance completely.
 */
export interface Ports {
  /** A new, unguessable holder token. */
  newHolderToken(): string;
  /** A new operation id: `op_` and something unique. */
  newOperationId(): string;
  /** Canonical JSON (RFC 8785). Throws on what has no canonical form, a lone surrogate for example. */
  canonicalize(value: unknown): string;
  /** SHA-256 of a UTF-8 text, as lower-case hex. */
  sha256(text: string): string;
  /** Monotonic milliseconds. Used for waiting only: what is stored is timed by the store's clock. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
