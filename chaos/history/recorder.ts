import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type {
  FaultEvent,
  HistoryEvent,
  OperationEvent,
  OperationEventType,
  OperationName,
  PhaseEvent,
  PhaseName,
  ResponseFacts,
} from './event.ts';

/** What an invoke says; all that is left out is null. */
export interface InvokeDetails {
  process: string;
  f: OperationName;
  key?: string | null;
  intent?: string | null;
  attempt?: number | null;
  to?: string | null;
  payloadHash?: string | null;
  value?: unknown;
  call?: number | null;
}

/** What a completion says; process, f, key, intent, attempt, address, hash and call are its invoke's. */
export interface CompletionDetails {
  type: Exclude<OperationEventType, 'invoke'>;
  value?: unknown;
  errorClass?: string | null;
  response?: ResponseFacts | null;
}

/** By which the recorder stamps what it writes. */
export interface RecorderClock {
  /** Milliseconds since 1970 when the history begins. */
  readonly wallStartMs: number;
  /** Whole nanoseconds since then. */
  monoNs(): number;
}

export interface FaultDetails {
  fault: string;
  target?: string | null;
  intent?: string | null;
  value?: unknown;
}

/**
 * Writes the history while it happens. Each event is on its way to the disk before the recorder
 * returns, so that a harness that dies leaves everything it saw: the line of an `invoke` must not be
 * lost with the process that sent the request.
 */
export class HistoryRecorder {
  #events: HistoryEvent[] = [];
  readonly path: string | null;
  readonly #onEvent: (event: HistoryEvent) => void;
  readonly #clock: RecorderClock;
  readonly #faultsOn = new Map<string, number>();
  #file: number | null = null;

  /** `path` null keeps the history in memory only. `onEvent` is told of each event once it's written. */
  constructor(
    path: string | null,
    onEvent: (event: HistoryEvent) => void = () => {},
    clock: RecorderClock = machineClock(),
  ) {
    this.path = path;
    this.#onEvent = onEvent;
    this.#clock = clock;
    if (path !== null) {
      mkdirSync(dirname(path), { recursive: true });
      // Appending: begun anew, it is written from its beginning.
      this.#file = openSync(path, 'ax');
    }
    this.phase('start', { wallMs: clock.wallStartMs });
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /**
   * Begins the history anew, in the same file: for a run after a run, whose account is given and whose memory
   * would grow without end. The clock goes on.
   */
  beginAnew(): void {
    this.#events = [];
    this.#faultsOn.clear();
    if (this.#file !== null) ftruncateSync(this.#file);
    this.#append({
      index: 0,
      monoNs: 0,
      process: 'harness',
      type: 'phase',
      phase: 'start',
      value: { wallMs: this.#clock.wallStartMs },
    });
  }

  /** Records that a request is about to be made. Call it before the first byte leaves. */
  invoke(details: InvokeDetails): OperationEvent {
    return this.#append({
      ...this.#stamp(details.process),
      type: 'invoke',
      f: details.f,
      key: details.key ?? null,
      intent: details.intent ?? null,
      attempt: details.attempt ?? null,
      to: details.to ?? null,
      payloadHash: details.payloadHash ?? null,
      value: details.value ?? null,
      errorClass: null,
      faults: this.faultsOn(),
      invoke: null,
      call: details.call ?? null,
      response: null,
    });
  }

  /** Records how it ended. Call it after the last byte was read, or when the client gave up. */
  complete(invoke: OperationEvent, details: CompletionDetails): OperationEvent {
    return this.#append({
      ...this.#stamp(invoke.process),
      type: details.type,
      f: invoke.f,
      key: invoke.key,
      intent: invoke.intent,
      attempt: invoke.attempt,
      to: invoke.to,
      payloadHash: invoke.payloadHash,
      value: details.value ?? null,
      errorClass: details.errorClass ?? null,
      faults: this.faultsOn(),
      invoke: invoke.index,
      call: invoke.call,
      response: details.response ?? null,
    });
  }

  inject(details: FaultDetails): FaultEvent {
    this.#faultsOn.set(details.fault, (this.#faultsOn.get(details.fault) ?? 0) + 1);
    return this.#fault('inject', details);
  }

  heal(details: FaultDetails): FaultEvent {
    const left = (this.#faultsOn.get(details.fault) ?? 0) - 1;
    if (left > 0) this.#faultsOn.set(details.fault, left);
    else this.#faultsOn.delete(details.fault);
    return this.#fault('heal', details);
  }

  /** Records what was open at a fault's target when it began. */
  hit(details: FaultDetails): FaultEvent {
    return this.#fault('hit', details);
  }

  /** Records that a fault's moment never came. */
  missed(details: FaultDetails): FaultEvent {
    return this.#fault('missed', details);
  }

  /** Records that a fault was seen to bite: `fault` is the name of the evidence. */
  evidence(details: FaultDetails): FaultEvent {
    return this.#fault('evidence', details);
  }

  phase(phase: PhaseName, value: unknown = null): PhaseEvent {
    return this.#append({ ...this.#stamp('harness'), type: 'phase', phase, value });
  }

  /** Names of the faults that are on now. */
  faultsOn(): string[] {
    return [...this.#faultsOn.keys()];
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #fault(phase: FaultEvent['phase'], details: FaultDetails): FaultEvent {
    return this.#append({
      ...this.#stamp('nemesis'),
      type: 'fault',
      phase,
      fault: details.fault,
      target: details.target ?? null,
      intent: details.intent ?? null,
      value: details.value ?? null,
    });
  }

  #stamp(process_: string): { index: number; monoNs: number; process: string } {
    return {
      index: this.#events.length,
      monoNs: this.#clock.monoNs(),
      process: process_,
    };
  }

  #append<E extends HistoryEvent>(event: E): E {
    this.#events.push(event);
    if (this.#file !== null) writeSync(this.#file, `${JSON.stringify(event)}\n`);
    this.#onEvent(event);
    return event;
  }
}

function machineClock(): RecorderClock {
  const startNs = process.hrtime.bigint();
  return { wallStartMs: Date.now(), monoNs: () => Number(process.hrtime.bigint() - startNs) };
}
