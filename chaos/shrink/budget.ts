/** How much a search may cost: whichever ends first. */
export class Budget {
  readonly #runsMax: number;
  readonly #isOver: () => boolean;
  #runs = 0;

  constructor({ runsMax, isOver = () => false }: { runsMax: number; isOver?: () => boolean }) {
    this.#runsMax = runsMax;
    this.#isOver = isOver;
  }

  /** How many runs were taken. */
  get runs(): number {
    return this.#runs;
  }

  get isSpent(): boolean {
    return this.#runs >= this.#runsMax || this.#isOver();
  }

  /** Takes one run out of it; false if there is none left. */
  take(): boolean {
    if (this.isSpent) return false;
    this.#runs += 1;
    return true;
  }
}
