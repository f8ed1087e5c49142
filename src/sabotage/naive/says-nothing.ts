/** Whether an error is a connection's end, and no word of the database: by its text, as such helpers do it. */
export function saysNothing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const text = `${error.name} ${error.message} ${JSON.stringify(error.cause ?? '')}`;
  return /connection ?(closed|terminated)|terminated unexpectedly|read timeout|ECONNRESET/i.test(text);
}
