/**
 * The key in an `Idempotency-Key` header, which the IETF's draft makes a String of Structured Fields:
 * `"0199…"`, with the quotes. The bare form, which most callers in the wild send, names the same key.
 *
 * What is neither is handed on as it is, for the engine to call malformed. No key needs an escape, so a
 * String with one isn't read any further.
 *
 * @see draft-ietf-httpapi-idempotency-key-header, section 2.1; RFC 9651, section 3.3.3
 */
export function keyOfHeader(header: string | null): string | null {
  return header === null ? null : (/^"([^"\\]*)"$/.exec(header)?.[1] ?? header);
}
