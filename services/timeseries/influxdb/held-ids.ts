/**
 * Which assigned ids may be held: a filter [Bloom 1970] that never says no wrongly. Whoever brings many readings of one instant needs an
 * id for each, and asking InfluxDB whether nobody has it costs a statement, about a millisecond.
 */

/** 8 MiB of bits, which are taken at the first burst. */
const BITS = 1 << 26;
/** With so many ids about one in two hundred is asked for in vain. */
export const MOST_IDS = 4_000_000;
const HASHES = 3;

export class HeldIds {
  /** null: nothing is known, any id may be held. */
  #bits: Uint32Array | null = null;
  #count = 0;
  #tooMany = false;

  /** They are not known, and not too many to be known. */
  get isWorthKnowing(): boolean {
    return this.#bits === null && !this.#tooMany;
  }

  /** All ids that the store has are added next. */
  begin(): void {
    this.#bits = new Uint32Array(BITS / 32);
    this.#count = 0;
  }

  /** Nothing is known any more. */
  forget(): void {
    this.#bits = null;
  }

  /** There are too many. */
  giveUp(): void {
    this.#bits = null;
    this.#tooMany = true;
  }

  add(id: number): void {
    const bits = this.#bits;
    if (bits === null) return;
    if (++this.#count > MOST_IDS) {
      this.giveUp();
      return;
    }
    for (let k = 0; k < HASHES; k++) {
      const bit = hash(id, k);
      bits[bit >>> 5]! |= 1 << (bit & 31);
    }
  }

  /** false: nobody has it. */
  mayBe(id: number): boolean {
    const bits = this.#bits;
    if (bits === null) return true;
    for (let k = 0; k < HASHES; k++) {
      const bit = hash(id, k);
      if ((bits[bit >>> 5]! & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }
}

/** Ids have up to 53 bits: both halves, mixed differently for each k [the finalizer of MurmurHash3]. */
function hash(id: number, k: number): number {
  let h = (id | 0) ^ Math.imul(Math.floor(id / 2 ** 32) + 1, 0x9e3779b1 + 2 * k * 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) & (BITS - 1);
}
