/** Dingtek's heartbeat without a position: 17 bytes, the sixth and seventh the distance in mm. */
import { Bytes } from './bytes.ts';

interface DingtekState {
  /** Message type: what the model's heartbeat carries, 1 or 2. */
  readonly type: number;
  /** Millimetres. */
  readonly distance: number;
  /** °C */
  readonly temperature: number;
  /** Degrees. */
  readonly tilt: number;
  /** Four alarms, a half byte each. */
  readonly alarms: readonly [boolean, boolean, boolean, boolean];
}

export function heartbeat({ type, distance, temperature, tilt, alarms }: DingtekState): Uint8Array {
  const [a, b, c, d] = alarms;
  return new Bytes()
    .raw(0x80, 0, 1, type, 0x11)
    .u16be(distance)
    .raw(0)
    .i8(temperature)
    .raw(tilt < 0 ? 1 : 0)
    .u8(Math.abs(tilt))
    .raw((a ? 0x10 : 0) | (b ? 1 : 0), (c ? 0x10 : 0) | (d ? 1 : 0))
    .raw(0, 1, 0, 0x81)
    .done();
}
