/** Who is next: a binary heap by time, and by number where the time is the same. */
export class Queue {
  readonly #times: number[] = [];
  readonly #indexes: number[] = [];

  peek(): { readonly at: number; readonly index: number } | null {
    return this.#times.length === 0 ? null : { at: this.#times[0]!, index: this.#indexes[0]! };
  }

  clear(): void {
    this.#times.length = 0;
    this.#indexes.length = 0;
  }

  push(at: number, index: number): void {
    let i = this.#times.length;
    this.#times.push(at);
    this.#indexes.push(index);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#before(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  pop(): void {
    const last = this.#times.length - 1;
    if (last < 0) return;
    this.#swap(0, last);
    this.#times.pop();
    this.#indexes.pop();
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < last && this.#before(child, least)) least = child;
      if (least === i) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #before(a: number, b: number): boolean {
    const difference = this.#times[a]! - this.#times[b]!;
    return difference < 0 || (difference === 0 && this.#indexes[a]! < this.#indexes[b]!);
  }

  #swap(a: number, b: number): void {
    [this.#times[a], this.#times[b]] = [this.#times[b]!, this.#times[a]!];
    [this.#indexes[a], this.#indexes[b]] = [this.#indexes[b]!, this.#indexes[a]!];
  }
}
