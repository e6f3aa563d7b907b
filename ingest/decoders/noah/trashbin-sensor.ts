import { byPort, computed, defineDevice, layout, rawU16le, u16le } from '../codec/index.ts';

/**
 * A 16 bit float between −1 and 1, as MCCI's LoRaWAN library sends it: sign, four bits of exponent, eleven of mantissa
 * without a hidden one. Times 100, since both users are percent or hundreds of degrees.
 */
function hundredfold(raw: number): number {
  const value = ((raw & 0x7ff) * 100) / 2 ** (26 - ((raw >> 11) & 0x0f));
  return raw < 0x8000 || value === 0 ? value : -value;
}

export const trashbinSensor = defineDevice({
  id: 'noah/trashbin-sensor',
  name: 'NOAH Trashbin Sensor',
  summary: 'Fill level sensor in the lid of street bins, with temperature.',
  domain: 'waste',
  revision: 1,
  source: {
    title: 'Trashbin Sensor in the device repository of The Things Network (Apache-2.0)',
    url: 'https://github.com/TheThingsNetwork/lorawan-devices/tree/277e69a79347ceba2593e1da08117d0e3329ecda/vendor/noah',
    revision: '277e69a (2022-10-31)',
  },
  channels: {
    fillLevel: { quantity: 'fillLevel', resolution: 0.1 },
    temperature: { quantity: 'containerTemperature', resolution: 0.1 },
    batteryVoltage: { quantity: 'batteryVoltage', resolution: 0.0001 },
  },
  uplink: byPort({
    1: layout(
      computed('temperature', 2, (b, at) => hundredfold(rawU16le(b, at))),
      u16le('batteryVoltage', 10_000),
      // The device sends what remains free.
      computed('fillLevel', 2, (b, at) => 100 - hundredfold(rawU16le(b, at))),
    ),
  }),
  vectors: [
    {
      name: 'three quarters full on a warm day',
      from: 'hand-worked: 0x7400 = 2^-1 × 0.5 = 0.25 in both, 30 000 tenths of a mV',
      fPort: 1,
      hex: '007430750074',
      expect: { temperature: 25, batteryVoltage: 3, fillLevel: 75 },
    },
    {
      name: 'frost, half full',
      from: 'hand-worked: 0xe400 = −2^-3 × 0.5, 0x7c00 = 2^0 × 0.5',
      fPort: 1,
      hex: '00e43075007c',
      expect: { temperature: -6.25, batteryVoltage: 3, fillLevel: 50 },
    },
    {
      name: 'minus zero is zero',
      from: 'hand-worked',
      fPort: 1,
      hex: '00803075007c',
      expect: { temperature: 0, batteryVoltage: 3, fillLevel: 50 },
    },
    { name: 'cut level', from: 'hand-worked', fPort: 1, hex: '0074307500', fails: 'truncated' },
    { name: 'one byte too many', from: 'hand-worked', fPort: 1, hex: '00743075007400', fails: 'unknown' },
  ],
});
