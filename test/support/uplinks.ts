/**
 * Numbered uplinks: each number is one reading of one device at one time that no other number has, so that what is in the
 * store can be compared with what was sent, one by one.
 */
import { chirpstackUp } from './network-events.ts';

export const DEVICES = 50;
const FIRST = Date.UTC(2026, 0, 5);

export function devEuiOf(device: number): string {
  return `24e124ff${device.toString(16).padStart(8, '0')}`;
}

/** What the store must hold of an uplink. */
export function readingOf(number: number): { device: number; time: string; temperature: number } {
  return {
    device: number % DEVICES,
    time: new Date(FIRST + Math.floor(number / DEVICES) * 1000).toISOString(),
    temperature: 10 + (number % 97) / 10,
  };
}

/** A ChirpStack event of an EM300-TH: 80 %, the temperature of the number, 50 %. */
export function uplink(number: number): { topic: string; body: string } {
  const { device, time, temperature } = readingOf(number);
  const frame = Buffer.from([0x01, 0x75, 80, 0x03, 0x67, 0, 0, 0x04, 0x68, 100]);
  frame.writeInt16LE(Math.round(temperature * 10), 5);
  const deduplicationId = `5b1e0000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
  return chirpstackUp(
    { devEui: devEuiOf(device), hex: frame.toString('hex'), fPort: 85, fCnt: number % 65_536, time },
    deduplicationId,
  );
}

/** The import document of their devices. */
export function uplinkDevices(): object {
  const numbers = Array.from({ length: DEVICES }, (_, i) => i);
  return {
    organisations: [{ id: 'test', name: 'Test' }],
    things: numbers.map((i) => ({
      key: `mast-${i}`,
      name: `Mast ${i}`,
      organisation: 'test',
      location: { type: 'Point', coordinates: [7 + i / 1000, 51] },
    })),
    devices: numbers.map((i) => ({
      key: devEuiOf(i),
      organisation: 'test',
      thing: `mast-${i}`,
      model: 'milesight/em300-th',
      visibility: 'public',
      publish: ['battery'],
    })),
  };
}
