/** What is wrong with a customer's own machine. A fault sets it, a client obeys it from then on. */
export interface Quirks {
  /** Their clock is so far ahead of everybody's, or behind if it's negative. */
  clockOffsetMs: number;
  /** Every request goes to the customer's home node, whatever became of the last one. */
  isSticky: boolean;
  /** Each attempt to pay leaves twice, byte for byte, and only one of them is known of. */
  resends: boolean;
  /** Pages come through a cache that others use as well. */
  sharesCache: boolean;
}

export function noQuirks(): Quirks {
  return { clockOffsetMs: 0, isSticky: false, resends: false, sharesCache: false };
}
