/** Dragino's battery: 14 bits of mV; the two above them are a coarse state of the same battery. */
import { computed, rawU16be } from '../codec/index.ts';

export const battery = computed('batteryVoltage', 2, (b, at) => (rawU16be(b, at) & 0x3fff) / 1000);
