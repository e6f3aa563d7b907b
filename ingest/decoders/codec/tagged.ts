/**
 * Frames of tagged values: each value is preceded by one or two bytes that say what it is, and has the size of its tag.
 * Milesight's channel and type, Elsys' type, and many others.
 */
import { type ChannelOf, type Codec, channelsOf, type Part } from './codec.ts';
import { hexByte, truncated, unknown } from './reading.ts';

/**
 * Keys are tags in hex, all of the same length: `'0367'` for two bytes, `'01'` for one. A tag that is not in the table ends
 * decoding with `decode.unknown`: its size is not known, so what follows can't be trusted. An empty frame is a cut one.
 */
export function tagged<const T extends Readonly<Record<string, Part<string>>>>(table: T): Codec<ChannelOf<T[keyof T]>> {
  const keys = Object.keys(table);
  const tagSize = (keys[0]?.length ?? 2) / 2;
  const parts = new Map<number, Part<string>>();
  for (const key of keys) {
    if (key.length !== tagSize * 2 || !/^[0-9a-f]+$/.test(key))
      throw new RangeError(`tag ${key}: want ${tagSize} bytes in lower-case hex`);
    parts.set(Number.parseInt(key, 16), table[key]!);
  }
  return {
    channels: channelsOf(parts.values()) as readonly ChannelOf<T[keyof T]>[],
    read(bytes, _fPort, into) {
      const { length } = bytes;
      if (length === 0) return truncated(tagSize + 1, 0);
      let at = 0;
      while (at < length) {
        const end = at + tagSize;
        if (end > length) return truncated(end, length);
        let tag = 0;
        while (at < end) tag = (tag << 8) | bytes[at++]!;
        const part = parts.get(tag);
        if (part === undefined) {
          return unknown(
            `tag ${hexByte(bytes[end - tagSize]!)}${tagSize === 2 ? ` ${hexByte(bytes[end - 1]!)}` : ''} at byte ${end - tagSize}`,
          );
        }
        if (end + part.size > length) return truncated(end + part.size, length);
        part.put(bytes, end, into);
        at = end + part.size;
      }
      return null;
    },
  };
}
