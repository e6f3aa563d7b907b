/** Parts made of parts. */
import { type ChannelOf, channelsOf, type Part } from './codec.ts';

/** Bytes that are known and measure nothing: versions, serial numbers, replies to a command. */
export function skip(size: number): Part<never> {
  return { size, channels: [], put() {} };
}

/** Parts behind one another. */
export function group<const P extends readonly Part<string>[]>(...parts: P): Part<ChannelOf<P[number]>> {
  let size = 0;
  const placed: { readonly at: number; readonly part: Part<string> }[] = [];
  for (const part of parts) {
    if (part.channels.length > 0) placed.push({ at: size, part });
    size += part.size;
  }
  return {
    size,
    channels: channelsOf(parts) as readonly ChannelOf<P[number]>[],
    put(bytes, at, into) {
      for (const p of placed) p.part.put(bytes, at + p.at, into);
    },
  };
}

/** Several readings of the same bytes, e.g. flags that share one; as long as the longest. */
export function overlay<const P extends readonly Part<string>[]>(...parts: P): Part<ChannelOf<P[number]>> {
  return {
    size: Math.max(0, ...parts.map((part) => part.size)),
    channels: channelsOf(parts) as readonly ChannelOf<P[number]>[],
    put(bytes, at, into) {
      for (const part of parts) part.put(bytes, at, into);
    },
  };
}
