import type { Arrival } from '../arrivals/tcp-recorder.ts';
import { pairsOf } from '../history/attempts.ts';
import type { Pair } from '../history/attempts.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { LookForMoment } from '../run/moments.ts';
import type { OpenOperation } from '../topology/open-operation.ts';
import type { AppLinks } from './app-links.ts';

/**
 * What can be seen of an app from outside: what customers sent and heard, and what arrived at its nodes. How
 * far it has come with a purchase, nobody sees.
 */
export class AppWatch {
  readonly #history: HistoryRecorder;
  readonly #links: AppLinks;

  constructor(history: HistoryRecorder, links: AppLinks) {
    this.#history = history;
    this.#links = links;
  }

  /** The attempts of an intent so far, each with its end if it has one; of all intents, if none is named. */
  attempts(intent: string | null = null): Pair[] {
    return pairsOf(this.#history.events, 'placeOrder').filter(
      ({ invoke }) => intent === null || invoke.intent === intent,
    );
  }

  /** The requests to buy that have reached a node whole. */
  arrivals(intent: string | null = null): Arrival[] {
    const keys = new Set(this.attempts(intent).flatMap(({ invoke }) => invoke.key ?? []));
    return this.#links
      .observations()
      .arrivals.filter(({ key, wholeNs }) => wholeNs !== null && key !== null && keys.has(key));
  }

  /** Every purchase whose customer is still at it. Between two attempts, too: the next goes the same way. */
  openOperations(): OpenOperation[] {
    const calls = pairsOf(this.#history.events, 'purchase').filter(({ completion }) => completion === null);
    const open = new Set(calls.flatMap(({ invoke }) => invoke.intent ?? []));
    return [...open].map((intent) => {
      const attempts = this.attempts(intent);
      const unanswered = this.arrivals(intent).filter(({ answeredNs }) => answeredNs === null);
      const sent = attempts.filter(({ completion }) => completion === null);
      const asked = this.#nodesOf(sent.length > 0 ? sent : attempts.slice(-1));
      return {
        intent,
        phase: unanswered.length > 0 ? 'arrived' : 'sent',
        nodes: [...new Set([...unanswered.map(({ node }) => node), ...asked])],
        takenOver: false,
      };
    });
  }

  /** What was sent from that event of the history on, and is over: too quick for anybody to have seen it open. */
  overSince(index: number): OpenOperation[] {
    const over = this.attempts().filter(
      ({ invoke, completion }) => invoke.index >= index && completion !== null,
    );
    return [...Map.groupBy(over, ({ invoke }) => invoke.intent)].flatMap(([intent, attempts]) =>
      intent === null ? [] : [{ intent, phase: 'sent', nodes: this.#nodesOf(attempts), takenOver: false }],
    );
  }

  readonly hasCome: LookForMoment = (moment) => {
    switch (moment.at) {
      case 'arrivals':
        return this.arrivals().length >= moment.count;
      case 'arrived':
        return this.arrivals(moment.intent).length >= moment.attempt;
      case 'attempts-ended':
        return this.#ended(null) >= moment.count;
      case 'attempt-ended':
        return this.#ended(moment.intent) >= moment.attempt;
      case 'running':
      case 'charged':
      case 'lease-over':
      case 'taken-over':
      case 'paid':
        throw new Error(`A schedule waits for '${moment.at}', which nobody can see of this app.`);
      default:
        return moment satisfies never;
    }
  };

  /** Those that these were sent to. */
  #nodesOf(attempts: readonly Pair[]): string[] {
    return [...new Set(attempts.flatMap(({ invoke }) => this.#links.nodeAt(invoke.to ?? '') ?? []))];
  }

  #ended(intent: string | null): number {
    return this.attempts(intent).filter(({ completion }) => completion !== null).length;
  }
}
