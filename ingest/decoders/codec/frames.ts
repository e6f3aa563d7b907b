/** Whole frames of fixed layout, and the choice between them by FPort or by length. */
import { type ChannelOf, type Codec, channelsOf, type Part } from './codec.ts';
import { hexByte, noSuchPort, tooLong, truncated, unknown } from './reading.ts';

/** Parts from the first byte on, and nothing behind them. A longer frame says something that the model does not know. */
export function layout<const P extends readonly Part<string>[]>(...parts: P): Codec<ChannelOf<P[number]>> {
  return sized(false, parts);
}

/** Like `layout`, but what follows is left alone: bytes that the vendor reserves or that are none of our business. */
export function layoutThenMore<const P extends readonly Part<string>[]>(...parts: P): Codec<ChannelOf<P[number]>> {
  return sized(true, parts);
}

function sized<P extends readonly Part<string>[]>(more: boolean, parts: P): Codec<ChannelOf<P[number]>> {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const placed: { readonly at: number; readonly part: Part<string> }[] = [];
  let offset = 0;
  for (const part of parts) {
    if (part.channels.length > 0) placed.push({ at: offset, part });
    offset += part.size;
  }
  return {
    channels: channelsOf(parts) as readonly ChannelOf<P[number]>[],
    read(bytes, _fPort, into) {
      if (bytes.length < size) return truncated(size, bytes.length);
      if (!more && bytes.length > size) return tooLong(size, bytes.length);
      for (const p of placed) p.part.put(bytes, p.at, into);
      return null;
    },
  };
}

/** A frame that measures nothing: start-up, configuration reply, debug. At least `size` bytes. */
export function silent(size = 0): Codec<never> {
  return {
    channels: [],
    read: (bytes) => (bytes.length < size ? truncated(size, bytes.length) : null),
  };
}

/** Another codec per FPort; any other port is refused. */
export function byPort<const T extends Readonly<Record<number, Codec<string>>>>(
  ports: T,
): Codec<ChannelOf<T[keyof T]>> {
  const table: (Codec<string> | undefined)[] = new Array(256).fill(undefined);
  for (const [port, codec] of Object.entries(ports)) table[Number(port)] = codec;
  return {
    channels: channelsOf(Object.values<Codec<string>>(ports)) as readonly ChannelOf<T[keyof T]>[],
    read(bytes, fPort, into) {
      const codec = table[fPort];
      return codec === undefined ? noSuchPort(fPort) : codec.read(bytes, fPort, into);
    },
  };
}

/** Another codec per length in bytes. A length between the known ones is a cut frame, a greater one is unknown. */
export function byLength<const T extends Readonly<Record<number, Codec<string>>>>(
  lengths: T,
): Codec<ChannelOf<T[keyof T]>> {
  const table = new Map(Object.entries(lengths).map(([length, codec]) => [Number(length), codec as Codec<string>]));
  const known = [...table.keys()].sort((a, b) => a - b);
  const longest = known.at(-1) ?? 0;
  return {
    channels: channelsOf(table.values()) as readonly ChannelOf<T[keyof T]>[],
    read(bytes, fPort, into) {
      const codec = table.get(bytes.length);
      if (codec !== undefined) return codec.read(bytes, fPort, into);
      if (bytes.length > longest) return tooLong(longest, bytes.length);
      return truncated(known.find((length) => length > bytes.length)!, bytes.length);
    },
  };
}

/**
 * Another codec per value of one byte, after `mask`; `what` names the byte in the refusal of other values. For message types
 * and operating modes inside the frame.
 */
export function byValue<const T extends Readonly<Record<number, Codec<string>>>>(
  what: string,
  at: number,
  mask: number,
  values: T,
): Codec<ChannelOf<T[keyof T]>> {
  const table: (Codec<string> | undefined)[] = new Array(256).fill(undefined);
  for (const [value, codec] of Object.entries(values)) table[Number(value)] = codec;
  return {
    channels: channelsOf(Object.values<Codec<string>>(values)) as readonly ChannelOf<T[keyof T]>[],
    read(bytes, fPort, into) {
      if (bytes.length <= at) return truncated(at + 1, bytes.length);
      const value = bytes[at]! & mask;
      const codec = table[value];
      return codec === undefined ? unknown(`${what} ${hexByte(value)}`) : codec.read(bytes, fPort, into);
    },
  };
}

/** Asks `check` first; what it refuses is refused. For magic numbers, versions and tails. */
export function checked<C extends string>(check: Codec<never>['read'], codec: Codec<C>): Codec<C> {
  return {
    channels: codec.channels,
    read: (bytes, fPort, into) => check(bytes, fPort, into) ?? codec.read(bytes, fPort, into),
  };
}
