import { defineDevice, flag, group, i8, overlay, u16be } from '../codec/index.ts';
import { dingtek } from './frame.ts';

export const df702 = defineDevice({
  id: 'dingtek/df702',
  name: 'Dingtek DF702',
  summary: 'Ultrasonic fill level sensor for waste containers, with alarms for full, fire and tipping over.',
  domain: 'waste',
  revision: 1,
  source: {
    title: 'DF702&DF703 Waste Bin Sensor, Protocol LoRaWAN, §3 Terminal Upload Data Format',
    url: 'https://scribd.com/document/579150489/DF702DF703-LoRaWAN-Protocol-V2-8',
    revision: 'V2.8 (2021-08-09)',
  },
  channels: {
    distance: { quantity: 'fillDistance', resolution: 0.1 },
    temperature: { quantity: 'containerTemperature', resolution: 1 },
    tilt: { quantity: 'tilt', resolution: 1 },
    full: { quantity: 'full' },
    fire: { quantity: 'fireAlarm' },
    tipped: { quantity: 'tilted' },
    batteryLow: { quantity: 'batteryLow' },
  },
  uplink: dingtek(
    u16be('distance', 10), // mm of air between sensor and waste ▸ cm
    i8('temperature'),
    group(overlay(flag('full', 0xf0), flag('fire', 0x0f)), overlay(flag('tipped', 0xf0), flag('batteryLow', 0x0f))),
  ),
  vectors: [
    {
      name: 'full and burning',
      from: 'hand-worked: 255 mm of air, 76 °C',
      fPort: 3,
      hex: '800001021100ff004c0002110000070081',
      expect: { distance: 25.5, temperature: 76, tilt: 2, full: true, fire: true, tipped: false, batteryLow: false },
    },
    {
      name: 'tipped over, with position',
      from: 'hand-worked: 1200 mm of air, −6 °C, −90°, position left out of it',
      fPort: 3,
      hex: '800001011904b001cd03e942ef272042fa015a001100080081',
      expect: { distance: 120, temperature: -6, tilt: -90, full: false, fire: false, tipped: true, batteryLow: true },
    },
    {
      name: 'a command is confirmed',
      from: 'hand-worked',
      fPort: 3,
      hex: '80000103190104180a1e4b1e00000000000000000000000081',
      expect: {},
    },
    { name: 'cut position', from: 'hand-worked', fPort: 3, hex: '800001011904b001cd03e942', fails: 'truncated' },
    {
      name: 'wrong last byte',
      from: 'hand-worked',
      fPort: 3,
      hex: '800001021100ff004c0002110000070080',
      fails: 'invalid',
    },
    {
      name: 'port without meaning',
      from: 'hand-worked',
      fPort: 2,
      hex: '800001021100ff004c0002110000070081',
      fails: 'port',
    },
  ],
});
