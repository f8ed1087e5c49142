import type { Schedule } from './schedule.ts';

/** What there is to be hit: as much of a run as a fault is drawn on. */
export interface Ground {
  webNodes: readonly string[];
  workers: readonly string[];
  intents: Schedule['intents'];
  /** Its processes say where they stand. */
  hasFailpoints: boolean;
}

export function groundOf({ topology, intents }: Pick<Schedule, 'topology' | 'intents'>): Ground {
  return {
    webNodes: names('web', topology.webNodes),
    workers: names('worker', topology.workers),
    intents,
    hasFailpoints: topology.failpoints === true,
  };
}

/** As the launcher names them. */
function names(kind: string, howMany: number): string[] {
  return Array.from({ length: howMany }, (_, index) => `${kind}-${index + 1}`);
}

/** Every link of such a topology. */
export function linksOf({ webNodes, workers }: Ground): string[] {
  return [
    ...webNodes.map((node) => `edge@${node}`),
    ...[...webNodes, ...workers].flatMap((node) => [`db@${node}`, `payments@${node}`]),
  ];
}

/** Every process of such a topology, the links' own server aside: without it nothing could be said of any link. */
export function processesOf({ webNodes, workers }: Ground): string[] {
  return [...webNodes, ...workers, 'sandbox', 'postgres'];
}
