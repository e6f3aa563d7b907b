import { defineDevice, flag, group, i8, overlay, u16be } from '../codec/index.ts';
import { dingtek } from './frame.ts';

export const dc410 = defineDevice({
  id: 'dingtek/dc410',
  name: 'Dingtek DC410',
  summary: 'Ultrasonic level sensor for manholes and storm drains, up to 5 m, with alarms for level and movement.',
  domain: 'water',
  revision: 1,
  source: {
    title: 'DC410 in the device repository of The Things Network (Apache-2.0)',
    url: 'https://github.com/TheThingsNetwork/lorawan-devices/tree/277e69a79347ceba2593e1da08117d0e3329ecda/vendor/dingtek',
    revision: '277e69a (2022-10-31)',
  },
  channels: {
    distance: { quantity: 'waterDistance', resolution: 0.001 },
    temperature: { quantity: 'deviceTemperature', resolution: 1 },
    tilt: { quantity: 'tilt', resolution: 1 },
    full: { quantity: 'full' },
    moved: { quantity: 'tilted' },
    batteryLow: { quantity: 'batteryLow' },
  },
  uplink: dingtek(
    u16be('distance', 1000), // mm from the sensor down to the surface
    i8('temperature'),
    group(flag('full', 0xf0), overlay(flag('moved', 0xf0), flag('batteryLow', 0x0f))),
  ),
  vectors: [
    {
      name: 'drain full, sensor pushed over',
      from: 'hand-worked: 290 mm, −3 °C, −12°',
      fPort: 3,
      hex: '8000010211012200fd010c101000010081',
      expect: { distance: 0.29, temperature: -3, tilt: -12, full: true, moved: true, batteryLow: false },
    },
    {
      name: 'quiet, battery weak',
      from: 'hand-worked',
      fPort: 3,
      hex: '800001011106a400160005000100020081',
      expect: { distance: 1.7, temperature: 22, tilt: 5, full: false, moved: false, batteryLow: true },
    },
    {
      name: 'a command is confirmed',
      from: 'hand-worked',
      fPort: 3,
      hex: '80000103190302060c1e4b1401010100000000000000000081',
      expect: {},
    },
    { name: 'cut frame', from: 'hand-worked', fPort: 3, hex: '800001021106a40016', fails: 'truncated' },
    {
      name: 'wrong first byte',
      from: 'hand-worked',
      fPort: 3,
      hex: '810001021106a400160100000000010081',
      fails: 'invalid',
    },
    {
      name: 'unknown message type',
      from: 'hand-worked',
      fPort: 3,
      hex: '800001071106a400160100000000010081',
      fails: 'unknown',
    },
    {
      name: 'port without meaning',
      from: 'hand-worked',
      fPort: 1,
      hex: '800001021106a400160100000000010081',
      fails: 'port',
    },
  ],
});
