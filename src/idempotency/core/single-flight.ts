/** The promises that are running, by name. */
export class SingleFlight<T> {
  readonly #running = new Map<string, Promise<T>>();

  find(name: string): Promise<T> | undefined {
    return this.#running.get(name);
  }

  lead(name: string, promise: Promise<T>): Promise<T> {
    const tracked = promise.finally(() => {
      this.#running.delete(name);
    });
    this.#running.set(name, tracked);
    return tracked;
  }
}
