import { byPort, computed, defineDevice, layout, skip, u8 } from '../codec/index.ts';

export const tbsl100 = defineDevice({
  id: 'browan/tbsl100',
  name: 'Browan TABS Sound Level Sensor TBSL100',
  summary: 'Sound level sensor, battery powered.',
  domain: 'noise',
  revision: 1,
  source: {
    title: 'TBSL100 in the device repository of The Things Network (Apache-2.0)',
    url: 'https://github.com/TheThingsNetwork/lorawan-devices/tree/277e69a79347ceba2593e1da08117d0e3329ecda/vendor/browan',
    revision: '277e69a (2022-10-31)',
  },
  channels: {
    soundLevel: { quantity: 'soundLevel', resolution: 1 },
    batteryVoltage: { quantity: 'batteryVoltage', resolution: 0.1 },
    temperature: { quantity: 'deviceTemperature', resolution: 1 },
  },
  uplink: byPort({
    105: layout(
      skip(1), // whether a threshold or the heartbeat made it send
      computed('batteryVoltage', 1, (b, at) => (25 + (b[at]! & 0x0f)) / 10),
      computed('temperature', 1, (b, at) => (b[at]! & 0x7f) - 32),
      u8('soundLevel'),
    ),
  }),
  vectors: [
    {
      name: 'a loud street in winter',
      from: 'hand-worked: 2.5 + 0.9 V, 27 − 32 °C, 78 dB',
      fPort: 105,
      hex: '01091b4e',
      expect: { batteryVoltage: 3.4, temperature: -5, soundLevel: 78 },
    },
    { name: 'cut level', from: 'hand-worked', fPort: 105, hex: '01091b', fails: 'truncated' },
    { name: 'port without meaning', from: 'hand-worked', fPort: 42, hex: '01091b4e', fails: 'port' },
  ],
});
