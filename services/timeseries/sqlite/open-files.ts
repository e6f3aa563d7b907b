/** Keeps the files used last open; the one unused for longest is closed when there are too many. */
export class OpenFiles<T extends { close(): void }> {
  readonly #open = new Map<string, T>();
  readonly #limit: number;
  readonly #make: (name: string) => T;

  constructor(limit: number, make: (name: string) => T) {
    this.#limit = limit;
    this.#make = make;
  }

  get(name: string): T {
    const known = this.#open.get(name);
    if (known !== undefined) {
      // a Map keeps the order of insertion: to the end, as the one used last
      this.#open.delete(name);
      this.#open.set(name, known);
      return known;
    }
    for (const oldest of this.#open.keys()) {
      if (this.#open.size < this.#limit) break;
      this.drop(oldest);
    }
    const made = this.#make(name);
    this.#open.set(name, made);
    return made;
  }

  drop(name: string): void {
    const file = this.#open.get(name);
    this.#open.delete(name);
    file?.close();
  }

  close(): void {
    for (const name of [...this.#open.keys()]) this.drop(name);
  }
}
