/** The two building blocks that everything here composes: a Codec reads a whole frame, a Part a piece of known size. */
import type { Failure, Reading } from './reading.ts';

/** Reads a frame. `C` are the channels that it can yield: the compiler holds a device model to them. */
export interface Codec<out C extends string> {
  readonly channels: readonly C[];
  /** Appends what the frame holds to `into`. null: understood. Never throws, whatever the bytes. */
  read(bytes: Uint8Array, fPort: number, into: Reading[]): Failure | null;
}

/** Reads `size` bytes at `at`. The caller has checked that they are there: a Part never looks beyond them. */
export interface Part<out C extends string> {
  readonly size: number;
  readonly channels: readonly C[];
  put(bytes: Uint8Array, at: number, into: Reading[]): void;
}

export type ChannelOf<T> = T extends { readonly channels: readonly (infer C extends string)[] } ? C : never;

/** The channels of several parts or codecs, each once. */
export function channelsOf<C extends string>(parts: Iterable<{ readonly channels: readonly C[] }>): readonly C[] {
  const all = new Set<C>();
  for (const part of parts) for (const channel of part.channels) all.add(channel);
  return [...all];
}
