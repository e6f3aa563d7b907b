import { byLength, byPort, defineDevice, flag, i8, layout, silent, skip } from '../codec/index.ts';

const occupied = flag('occupied', 0x01);

export const tps1100292 = defineDevice({
  id: 'bosch/tps110-0292',
  name: 'Bosch Parking Lot Sensor TPS110',
  summary:
    'Parking bay sensor (magnetometer and radar), firmware 0.29. Reports each change of the bay and a heartbeat.',
  domain: 'parking',
  revision: 1,
  source: {
    title: 'Parking Lot Sensor, Communication Interface – Technical Description',
    url: 'https://vdocument.in/parking-sensor-interface-although-the-parking-sensor-device-needs-to-learn-how-a.html',
    revision: 'rev. 1, V0.29.4 (2019-11-27)',
  },
  channels: {
    occupied: { quantity: 'occupied' },
    temperature: { quantity: 'deviceTemperature', resolution: 1 },
  },
  uplink: byPort({
    1: layout(occupied),
    // The temperature came with firmware 0.29; before that the heartbeat is one byte.
    2: byLength({ 1: layout(occupied), 2: layout(occupied, i8('temperature')) }),
    // Start-up: three debug codes of four bytes, firmware version (3), cause of the reset (1), state.
    3: layout(skip(16), occupied),
    4: silent(), // device information
    5: silent(), // device usage
    6: silent(), // debug
  }),
  vectors: [
    { name: 'becomes free', from: 'hand-worked, parking status', fPort: 1, hex: '00', expect: { occupied: false } },
    {
      name: 'heartbeat of an occupied bay in frost',
      from: 'hand-worked, heartbeat: state, temperature as int8',
      fPort: 2,
      hex: '01f4',
      expect: { occupied: true, temperature: -12 },
    },
    { name: 'heartbeat without temperature', from: 'hand-worked', fPort: 2, hex: '01', expect: { occupied: true } },
    {
      name: 'start-up',
      from: 'hand-worked, start-up: codes, version 0.29.4, power on, state',
      fPort: 3,
      hex: '000000000000000000000000001d040201',
      expect: { occupied: true },
    },
    { name: 'debug message measures nothing', from: 'hand-worked', fPort: 6, hex: '0102030405', expect: {} },
    {
      name: 'start-up without its state',
      from: 'hand-worked',
      fPort: 3,
      hex: '000000000000000000000000001d0402',
      fails: 'truncated',
    },
    { name: 'status of two bytes', from: 'hand-worked', fPort: 1, hex: '0101', fails: 'unknown' },
    { name: 'port without meaning', from: 'hand-worked', fPort: 42, hex: '01', fails: 'port' },
  ],
});
