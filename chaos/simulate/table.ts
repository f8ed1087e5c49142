/** The name of a row that holds a `T`: `checkout/co_1`. */
export interface RowName<T> {
  readonly text: string;
  /** Never there: it is the type of what the name names. */
  readonly row?: T;
}

/** A kind of rows in the simulated database. */
export class Table<T> {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  row(...id: readonly string[]): RowName<T> {
    return { text: [this.name, ...id].join('/') };
  }

  /** Whether a row of that name is one of its own. */
  has(name: RowName<unknown>): name is RowName<T> {
    return name.text.startsWith(`${this.name}/`);
  }
}
