/** A device model is a literal: what it is, what it measures, how its frames are read, and the proof. */
import type { Domain, QuantityId, ReadingValue } from '../../../services/model/index.ts';
import type { Codec } from './codec.ts';
import type { DecodeCode } from './reading.ts';

export interface Channel {
  readonly quantity: QuantityId;
  /** Smallest step, in the quantity's unit. */
  readonly resolution?: number;
  /** As the data sheet says it, e.g. `±0.3 °C`. */
  readonly accuracy?: string;
}

interface VectorBase {
  /** Unique within the model. */
  readonly name: string;
  /** Who vouches for it: document and revision; `hand-worked` where it was worked out from the model's source. */
  readonly from: string;
  readonly fPort: number;
  /** The payload, two lower-case digits per byte. */
  readonly hex: string;
}

/** One frame and what must come of it: exactly these readings, or this failure. */
export type Vector<C extends string = string> =
  | (VectorBase & { readonly expect: { readonly [K in C]?: ReadingValue }; readonly fails?: never })
  | (VectorBase & { readonly fails: FailureName; readonly expect?: never });

/** `truncated` for `decode.truncated`. */
export type FailureName = DecodeCode extends `decode.${infer Name}` ? Name : never;

interface Description {
  /** `<vendor>/<model>`, the path of its file. */
  readonly id: `${string}/${string}`;
  readonly name: string;
  /** One or two sentences for a catalogue. */
  readonly summary: string;
  readonly domain: Domain;
  /** Rises when decoding changes: history decoded with a lower one can be decoded again. */
  readonly revision: number;
  /** The vendor's public payload description. */
  readonly source: { readonly title: string; readonly url: string; readonly revision: string };
}

export interface DeviceModel extends Description {
  readonly channels: Readonly<Record<string, Channel>>;
  readonly uplink: Codec<string>;
  readonly vectors: readonly Vector[];
}

export interface DeviceDefinition<C extends string> extends Description {
  /** Exactly the channels of the codec. */
  readonly channels: { readonly [K in C]: Channel };
  readonly uplink: Codec<C>;
  readonly vectors: readonly [Vector<C>, ...Vector<C>[]];
}

/**
 * Checks a model while compiling: its channels are exactly those of its codec, it has vectors, and they name its channels.
 * `C` comes from the codec alone.
 */
export function defineDevice<const C extends string>(
  definition: DeviceDefinition<NoInfer<C>> & { readonly uplink: Codec<C> },
): DeviceModel {
  return definition;
}
