import { byPort, computed, defineDevice, i16be, silent, skip, tagged, u8, u16be } from '../codec/index.ts';

/** 0: nobody; 1: coming or going, which is neither; 2: somebody. */
const PRESENCE = [false, undefined, true];

const values = tagged({
  '01': i16be('temperature', 10),
  '02': u8('humidity'),
  '03': skip(3), // acceleration
  '04': u16be('illuminance'),
  '05': u8('motion'),
  '07': u16be('batteryVoltage', 1000),
  '0f': skip(1), // movement of the device
  '11': computed('present', 1, (b, at) => PRESENCE[b[at]!]),
  '3d': skip(4), // debug
});

export const ersEye = defineDevice({
  id: 'elsys/ers-eye',
  name: 'ELSYS ERS Eye',
  summary: 'Room sensor: presence by infrared image, movement, temperature, humidity, light.',
  domain: 'people',
  revision: 1,
  source: {
    title: 'ELSYS payload description; ERS Eye operating manual (presence)',
    url: 'https://www.elsys.se/en/elsys-payload/',
    revision: 'types 0x01–0x3e',
  },
  channels: {
    present: { quantity: 'present' },
    motion: { quantity: 'motionCount', resolution: 1 },
    temperature: { quantity: 'roomTemperature', resolution: 0.1, accuracy: '±0.2 °C' },
    humidity: { quantity: 'relativeHumidity', resolution: 1, accuracy: '±2 %' },
    illuminance: { quantity: 'illuminance', resolution: 1, accuracy: '±10 lx' },
    batteryVoltage: { quantity: 'batteryVoltage', resolution: 0.001 },
  },
  // The port can be set; 5 is the factory's, 1 is what the device repository shows; 6 carries settings.
  uplink: byPort({ 1: values, 5: values, 6: silent(1) }),
  vectors: [
    {
      name: 'somebody is there',
      from: 'hand-worked: 22.6 °C, 41 %, 39 lx, 6 movements, 3594 mV',
      fPort: 5,
      hex: '0100e202290400270506070e0a1102',
      expect: { temperature: 22.6, humidity: 41, illuminance: 39, motion: 6, batteryVoltage: 3.594, present: true },
    },
    {
      name: 'nobody, and frost',
      from: 'hand-worked',
      fPort: 5,
      hex: '01ffce1100',
      expect: { temperature: -5, present: false },
    },
    { name: 'coming or going is neither', from: 'hand-worked', fPort: 5, hex: '05011101', expect: { motion: 1 } },
    { name: 'settings measure nothing', from: 'hand-worked', fPort: 6, hex: '3e0f', expect: {} },
    { name: 'cut temperature', from: 'hand-worked', fPort: 5, hex: '0100', fails: 'truncated' },
    { name: 'carbon dioxide, which it has not', from: 'hand-worked', fPort: 5, hex: '060308', fails: 'unknown' },
    { name: 'port without meaning', from: 'hand-worked', fPort: 7, hex: '0100e2', fails: 'port' },
  ],
});
