/** One frame to readings: the hot path of the hub. */
import type { Decoded, DeviceModel, Reading } from './codec/index.ts';

/**
 * Reads a frame with the codec of its model. Values come out in the UCUM unit of the channel's quantity, numbers are finite.
 * A frame that is understood and measures nothing gives no readings. Never throws; a frame that fails gives no readings at
 * all, because what stands before a defect can't be trusted either.
 */
export function decode(model: DeviceModel, payload: Uint8Array, fPort: number): Decoded {
  const readings: Reading[] = [];
  return model.uplink.read(payload, fPort, readings) ?? { ok: true, readings };
}
