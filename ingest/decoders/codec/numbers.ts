/**
 * Numbers at a place of a frame: `u8`, `i16le` … give one reading `(raw + plus) / per`. `per` divides, because 207 / 10 is
 * 20.7 and 207 * 0.1 is not. Names say sign, bits and byte order: le is least significant byte first.
 */
import type { Part } from './codec.ts';

export interface Scale {
  /** Added to the raw number before the division. */
  readonly plus?: number;
  /** Raw numbers by which the device says that it has no value (sensor missing, out of range): no reading. */
  readonly none?: readonly number[];
}

type Raw = (bytes: Uint8Array, at: number) => number;
type NumberPart = <const C extends string>(channel: C, per?: number, scale?: Scale) => Part<C>;

const NEVER: readonly number[] = [];

function numberPart(size: number, raw: Raw): NumberPart {
  return (channel, per = 1, { plus = 0, none = NEVER } = {}) => ({
    size,
    channels: [channel],
    put(bytes, at, into) {
      const n = raw(bytes, at);
      if (none.length > 0 && none.includes(n)) return;
      into.push({ channel, value: (n + plus) / per });
    },
  });
}

/** Raw readers. Arithmetic on bytes: no DataView to make per frame. The caller has checked the length. */
export const rawU8: Raw = (b, i) => b[i]!;
export const rawI8: Raw = (b, i) => (b[i]! << 24) >> 24;
export const rawU16be: Raw = (b, i) => (b[i]! << 8) | b[i + 1]!;
export const rawI16be: Raw = (b, i) => ((b[i]! << 24) >> 16) | b[i + 1]!;
export const rawU16le: Raw = (b, i) => (b[i + 1]! << 8) | b[i]!;
export const rawI16le: Raw = (b, i) => ((b[i + 1]! << 24) >> 16) | b[i]!;
export const rawU32be: Raw = (b, i) => ((b[i]! << 24) | (b[i + 1]! << 16) | (b[i + 2]! << 8) | b[i + 3]!) >>> 0;
export const rawU32le: Raw = (b, i) => ((b[i + 3]! << 24) | (b[i + 2]! << 16) | (b[i + 1]! << 8) | b[i]!) >>> 0;

export const u8 = numberPart(1, rawU8);
export const i8 = numberPart(1, rawI8);
export const u16be = numberPart(2, rawU16be);
export const i16be = numberPart(2, rawI16be);
export const u16le = numberPart(2, rawU16le);
export const i16le = numberPart(2, rawI16le);
export const u32be = numberPart(4, rawU32be);
export const u32le = numberPart(4, rawU32le);
