/** Decentlab's protocol, version 2: version, device id, a flag per sensor, words. */
import { Bytes } from './bytes.ts';

/** A word around 32768, as Decentlab sends what may be negative. */
export function shifted(value: number): number {
  return value + 32768;
}

/** @param words of all sensors in order, the flags say that every one is there. */
export function protocolV2(deviceId: number, flags: number, words: readonly number[]): Uint8Array {
  const bytes = new Bytes().u8(2).u16be(deviceId).u16be(flags);
  for (const word of words) bytes.u16be(word);
  return bytes.done();
}
