import {
  byPort,
  checked,
  defineDevice,
  flag,
  flagClear,
  group,
  i8,
  layout,
  layoutThenMore,
  overlay,
  skip,
  truncated,
} from '../codec/index.ts';

/** State, temperature and the number painted on the bay, which is no measurement. */
const state = group(overlay(flag('occupied', 0x80), flagClear('batteryLow', 0x20)), i8('temperature'), skip(1));

export const tekzipark = defineDevice({
  id: 'tekzitel/tekzipark',
  name: 'TekZitel TekziPark',
  summary: 'Parking bay sensor with magnetometer, radar and Bluetooth beacons. Beacons name persons and are not read.',
  domain: 'parking',
  revision: 1,
  source: {
    title: 'TekziPark in the device repository of The Things Network (Apache-2.0)',
    url: 'https://github.com/TheThingsNetwork/lorawan-devices/tree/277e69a79347ceba2593e1da08117d0e3329ecda/vendor/tekzitel',
    revision: '277e69a (2022-10-31)',
  },
  channels: {
    occupied: { quantity: 'occupied' },
    batteryLow: { quantity: 'batteryLow' },
    temperature: { quantity: 'deviceTemperature', resolution: 1 },
    fault: { quantity: 'fault' },
  },
  uplink: byPort({
    // Optionally followed by the strength of the beacons and two bytes for each of them.
    1: checked(
      (bytes) => (bytes.length > 3 && bytes.length % 2 === 1 ? truncated(bytes.length + 1, bytes.length) : null),
      layoutThenMore(state),
    ),
    // Debug: deflection and baseline of the magnetometer (6), fault code, obstruction, reflection.
    2: layout(state, skip(6), flag('fault', 0xff), skip(2)),
  }),
  vectors: [
    {
      name: 'occupied, battery good, −4 °C',
      from: 'hand-worked',
      fPort: 1,
      hex: 'a8fc07',
      expect: { occupied: true, batteryLow: false, temperature: -4 },
    },
    {
      name: 'vacant keep-alive with a weak battery',
      from: 'hand-worked',
      fPort: 1,
      hex: '091507',
      expect: { occupied: false, batteryLow: true, temperature: 21 },
    },
    {
      name: 'two beacons seen',
      from: 'hand-worked',
      fPort: 1,
      hex: 'a81507b000550120',
      expect: { occupied: true, batteryLow: false, temperature: 21 },
    },
    {
      name: 'debug with a fault code',
      from: 'hand-worked',
      fPort: 2,
      hex: '281507010203040506030000',
      expect: { occupied: false, batteryLow: false, temperature: 21, fault: true },
    },
    { name: 'half a beacon', from: 'hand-worked', fPort: 1, hex: 'a81507b000', fails: 'truncated' },
    { name: 'cut state', from: 'hand-worked', fPort: 1, hex: 'a815', fails: 'truncated' },
    { name: 'port without meaning', from: 'hand-worked', fPort: 3, hex: 'a81507', fails: 'port' },
  ],
});
