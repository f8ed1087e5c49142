import { setImmediate } from 'node:timers/promises';
import type { RandomStream } from '../random.ts';

interface Appointment {
  readonly dueMs: number;
  /** Drawn: it orders what is due in the same millisecond. */
  readonly tie: number;
  /** Decides only between equal draws, so that the order never depends on the heap. */
  readonly number: number;
  /** Null once it is called off. */
  work: (() => void) | null;
}

/** Why the scheduler stopped: it was told to, nothing is left to do, or it came to its limit. */
export type Stop = 'over' | 'idle' | 'limit';

/**
 * Virtual time, and the one run queue of a simulation: whatever anybody waits for is an appointment here.
 * What is due in the same millisecond happens in an order drawn from the seed. Between two appointments
 * all that the first one set going runs to its next wait, so a run is a function of its seed.
 *
 * Time is in whole milliseconds since the simulation began; it passes only from one appointment to the next.
 */
export class Scheduler {
  readonly #random: RandomStream;
  readonly #heap: Appointment[] = [];
  #nowMs = 0;
  #made = 0;
  #kept = 0;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** How many appointments were kept so far: the work that a run was. */
  get kept(): number {
    return this.#kept;
  }

  /** Does `work` after `delayMs`; the function returned calls it off. */
  after(delayMs: number, work: () => void): () => void {
    const appointment: Appointment = {
      dueMs: this.#nowMs + Math.max(0, Math.ceil(delayMs)),
      tie: this.#random.number(),
      number: this.#made++,
      work,
    };
    this.#push(appointment);
    return () => {
      appointment.work = null;
    };
  }

  /** Keeps appointments until `isOver`, until there is none, or until so many more were kept. */
  async run(isOver: () => boolean, limit: number): Promise<Stop> {
    // What was begun before the first appointment must come to its first wait.
    await setImmediate();
    for (let kept = 0; !isOver();) {
      const next = this.#pop();
      if (next === null) return 'idle';
      if (next.work === null) continue;
      if (kept++ >= limit) return 'limit';
      this.#kept++;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.work();
      // A macrotask: by then every promise that follows from it has been followed.
      await setImmediate();
    }
    return 'over';
  }

  #push(appointment: Appointment): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(appointment);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Appointment;
      if (!isBefore(appointment, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = appointment;
  }

  #pop(): Appointment | null {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Appointment)) child += 1;
      const below = heap[child] as Appointment;
      if (!isBefore(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Appointment, b: Appointment): boolean {
  if (a.dueMs !== b.dueMs) return a.dueMs < b.dueMs;
  if (a.tie !== b.tie) return a.tie < b.tie;
  return a.number < b.number;
}
