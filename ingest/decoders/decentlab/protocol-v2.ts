/**
 * Decentlab's payload protocol, version 2: version, device id (2 bytes), a flag per sensor (2 bytes, lowest bit first), then
 * the values of the sensors whose flag is set, as 16 bit words, big endian.
 */
import type { Codec, Part } from '../codec/index.ts';
import { invalid, rawU16be, tooLong, truncated, u16be, unknown } from '../codec/index.ts';

const HEADER = 5;

/** `sensors[i]` stands behind flag i. A flag without a sensor is refused: the length of its values isn't known. */
export function protocolV2<const C extends string>(...sensors: readonly Part<C>[]): Codec<C> {
  const known = (1 << sensors.length) - 1;
  return {
    channels: [...new Set(sensors.flatMap((sensor) => sensor.channels))],
    read(bytes, _fPort, into) {
      const { length } = bytes;
      if (length < HEADER) return truncated(HEADER, length);
      if (bytes[0] !== 2) return invalid(`protocol version ${bytes[0]}, want 2`);
      const flags = rawU16be(bytes, 3);
      if ((flags & ~known) !== 0)
        return unknown(`sensor flags 0x${flags.toString(16)}, want at most 0x${known.toString(16)}`);
      let at = HEADER;
      for (let i = 0; i < sensors.length; i++) {
        if ((flags & (1 << i)) === 0) continue;
        const sensor = sensors[i]!;
        if (at + sensor.size > length) return truncated(at + sensor.size, length);
        sensor.put(bytes, at, into);
        at += sensor.size;
      }
      return at < length ? tooLong(at, length) : null;
    },
  };
}

/** A word around 32768, as Decentlab sends everything that may be negative. */
export function word<const C extends string>(channel: C, per = 1): Part<C> {
  return u16be(channel, per, { plus: -32768 });
}

/** The last sensor of every model: mV. */
export const battery = u16be('batteryVoltage', 1000);
