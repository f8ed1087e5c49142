/** Why an attempt follows another one, as told to the server in `X-Retry-Reason`. */
export type RetryReason =
  | 'timeout'
  | 'network'
  | 'server_error'
  | 'in_progress'
  | 'outcome_unknown'
  | 'unavailable'
  /** The attempt was begun before: by this page before its reload, or by another tab. */
  | 'resumed';
