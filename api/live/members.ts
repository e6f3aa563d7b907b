/** A set of Datastream ids, one bit each: every view holds one, with all Datastreams that it shows. */
export class Members {
  #bits = new Uint8Array(128);

  has(id: number): boolean {
    return ((this.#bits[id >> 3] ?? 0) & (1 << (id & 7))) !== 0;
  }

  set(id: number, is: boolean): void {
    const at = id >> 3;
    if (at >= this.#bits.length) {
      if (!is) return;
      const grown = new Uint8Array(Math.max(this.#bits.length * 2, at + 1));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    if (is) this.#bits[at]! |= 1 << (id & 7);
    else this.#bits[at]! &= ~(1 << (id & 7));
  }
}
