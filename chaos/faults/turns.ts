/** Who may do something to a target, one after the other, in the order of asking. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` while nobody else who asks here may do anything to these targets. */
  async alone<R>(targets: readonly string[], work: () => Promise<R>): Promise<R> {
    // Asked for together, in one step, and granted in the order of asking: nobody can have one and wait in a
    // circle for another.
    const wanted = [...new Set(targets)];
    const before = wanted.map((target) => this.#last.get(target) ?? Promise.resolve());
    const mine = Promise.withResolvers<void>();
    for (const [index, target] of wanted.entries())
      this.#last.set(
        target,
        (before[index] ?? Promise.resolve()).then(() => mine.promise),
      );
    await Promise.all(before);
    try {
      return await work();
    } finally {
      mine.resolve();
    }
  }
}
