/** The way back: values as a process gives them ▸ the bytes that a device of this model would send. */
import type { ReadingValue } from '../../../services/model/index.ts';

export interface EncodedFrame {
  /** LoRaWAN FPort. */
  readonly fPort: number;
  readonly bytes: Uint8Array;
}

export interface Encoder {
  /** `<vendor>/<model>` of the device catalogue. */
  readonly model: string;
  /** Values by the model's channels, in the units of their quantities; rounded to what the device can say, cut to its range. */
  encode(values: Readonly<Record<string, ReadingValue>>): EncodedFrame;
}

/** A number of the sample; throws where the process gave none, which is a mistake in the simulator. */
export function number(values: Readonly<Record<string, ReadingValue>>, channel: string): number {
  const value = values[channel];
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new TypeError(`${channel} is ${value}, want a number`);
  return value;
}

/** A truth of the sample. */
export function truth(values: Readonly<Record<string, ReadingValue>>, channel: string): boolean {
  const value = values[channel];
  if (typeof value !== 'boolean') throw new TypeError(`${channel} is ${value}, want true or false`);
  return value;
}
