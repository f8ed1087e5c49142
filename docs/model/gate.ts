/** Where a process of the replay stands still until the trace says that it goes on. */
export class Gate {
  #waiting: {
    readonly name: string;
    readonly open: (value: unknown) => void;
    readonly fail: (error: Error) => void;
  } | null = null;

  /** The name of what the process is about to do, or null while it does something or nothing. */
  get standsAt(): string | null {
    return this.#waiting?.name ?? null;
  }

  pass<T = void>(name: string): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (this.#waiting !== null) throw new Error(`At '${this.#waiting.name}' and at '${name}' at once`);
    this.#waiting = { name, open: resolve as (value: unknown) => void, fail: reject };
    return promise;
  }

  open(name: string, value?: unknown): void {
    this.#leave(name).open(value);
  }

  fail(name: string, error: Error): void {
    this.#leave(name).fail(error);
  }

  #leave(name: string): { open: (value: unknown) => void; fail: (error: Error) => void } {
    const waiting = this.#waiting;
    if (waiting?.name !== name)
      throw new Error(`The model says '${name}', the engine is at '${String(waiting?.name)}'`);
    this.#waiting = null;
    return waiting;
  }
}
