import type { ForeignGround, Schedule } from './schedule.ts';

/** What there is to be hit: as much of a run as a fault is drawn on. */
export interface Ground {
  webNodes: readonly string[];
  workers: readonly string[];
  /** Of an app that isn't the shop: all that can be hit, by name. */
  foreign: ForeignGround | null;
  intents: Schedule['intents'];
  /** Its processes say where they stand. */
  hasFailpoints: boolean;
  /** Its processes can be replaced by those of the next release. */
  hasNextRelease: boolean;
}

export function groundOf({ topology, intents }: Pick<Schedule, 'topology' | 'intents'>): Ground {
  return {
    webNodes: names('web', topology.webNodes),
    workers: names('worker', topology.workers),
    foreign: topology.foreign ?? null,
    intents,
    hasFailpoints: topology.failpoints === true,
    hasNextRelease: topology.nextRelease === true,
  };
}

/** As the launcher names them. */
function names(kind: string, howMany: number): string[] {
  return Array.from({ length: howMany }, (_, index) => `${kind}-${index + 1}`);
}

/** Every link of such a topology. */
export function linksOf({ webNodes, workers, foreign }: Ground): string[] {
  if (foreign !== null) return foreign.links;
  return [
    ...webNodes.map((node) => `edge@${node}`),
    ...[...webNodes, ...workers].flatMap((node) => [`db@${node}`, `payments@${node}`]),
  ];
}

/** Every process of such a topology, the links' own server aside: without it nothing could be said of any link. */
export function processesOf({ webNodes, workers, foreign }: Ground): string[] {
  if (foreign !== null) return foreign.processes;
  return [...webNodes, ...workers, 'sandbox', 'postgres'];
}
