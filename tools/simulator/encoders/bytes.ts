/** Writes numbers as devices do: rounded, and cut to the range of their bits. */
export class Bytes {
  readonly #bytes: number[] = [];

  u8(value: number): this {
    return this.#put(value, 1, 0, 0xff);
  }

  i8(value: number): this {
    return this.#put(value, 1, -0x80, 0x7f);
  }

  u16be(value: number): this {
    return this.#put(value, 2, 0, 0xffff);
  }

  i16be(value: number): this {
    return this.#put(value, 2, -0x8000, 0x7fff);
  }

  u16le(value: number): this {
    return this.u16be(value).#turn(2);
  }

  i16le(value: number): this {
    return this.i16be(value).#turn(2);
  }

  raw(...bytes: readonly number[]): this {
    this.#bytes.push(...bytes);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #put(value: number, size: number, least: number, most: number): this {
    const whole = Math.min(most, Math.max(least, Math.round(value)));
    for (let shift = (size - 1) * 8; shift >= 0; shift -= 8) this.#bytes.push((whole >> shift) & 0xff);
    return this;
  }

  /** The last bytes in reverse: little endian. */
  #turn(size: number): this {
    this.#bytes.push(...this.#bytes.splice(-size).reverse());
    return this;
  }
}
