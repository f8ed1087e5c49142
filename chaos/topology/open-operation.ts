/** How far a purchase has come, as it can be seen from outside. */
export const OPERATION_PHASES = [
  /** A request has left its client, and no node has it. */
  'sent',
  /** A node has the whole request, and nothing is written. */
  'arrived',
  /** Its order is there, and pending. */
  'claimed',
  /** The provider's ledger has the charge, and the order is still pending. */
  'charged',
  /** It is paid or refused for good, and its client doesn't know yet. */
  'settled',
] as const;
export type OperationPhase = (typeof OPERATION_PHASES)[number];

/** A purchase that isn't over: its client waits for an answer, or its order is pending. */
export interface OpenOperation {
  intent: string;
  phase: OperationPhase;
  /** The web nodes that have, or are to get, a request of it that isn't answered. None: its client has gone. */
  nodes: string[];
  /** Somebody else than its first holder has it. */
  takenOver: boolean;
}

/**
 * Whether what is done to a link or a process is done to that operation: by its node, or, of a worker, if
 * nobody but a worker can be at it. Postgres, the provider and a customer's own machine are everybody's.
 */
export function isAt(target: string, { nodes, takenOver }: OpenOperation): boolean {
  const node = target.split('@').at(-1) ?? target;
  if (node.startsWith('web')) return nodes.includes(node);
  if (node.startsWith('worker')) return nodes.length === 0 || takenOver;
  return true;
}
