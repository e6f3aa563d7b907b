/** Truths and small numbers inside a byte. */
import type { ReadingValue } from '../../../services/model/index.ts';
import type { Part } from './codec.ts';

/** True where any bit of `mask` is set in the byte. */
export function flag<const C extends string>(channel: C, mask: number): Part<C> {
  return {
    size: 1,
    channels: [channel],
    put(bytes, at, into) {
      into.push({ channel, value: (bytes[at]! & mask) !== 0 });
    },
  };
}

/** True where no bit of `mask` is set: for devices that say `good` where a quantity says `low`. */
export function flagClear<const C extends string>(channel: C, mask: number): Part<C> {
  return {
    size: 1,
    channels: [channel],
    put(bytes, at, into) {
      into.push({ channel, value: (bytes[at]! & mask) === 0 });
    },
  };
}

/** What `value` makes of `size` bytes; undefined gives no reading. It must not look beyond them, nor give NaN. */
export function computed<const C extends string>(
  channel: C,
  size: number,
  value: (bytes: Uint8Array, at: number) => ReadingValue | undefined,
): Part<C> {
  return {
    size,
    channels: [channel],
    put(bytes, at, into) {
      const v = value(bytes, at);
      if (v !== undefined) into.push({ channel, value: v });
    },
  };
}
