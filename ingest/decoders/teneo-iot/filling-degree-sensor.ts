import {
  byLength,
  byPort,
  computed,
  defineDevice,
  i16be,
  layout,
  layoutThenMore,
  rawU16be,
  skip,
  u8,
  u16be,
} from '../codec/index.ts';

const battery = u8('batteryVoltage', 10, { plus: 20 }); // 2 V and tenths
const distance = u16be('distance');
/** A status other than 0 voids the distance: 4 is "nothing in range", the others are faults of the measurement. */
const checkedDistance = computed('distance', 3, (b, at) => (b[at + 2] === 0 ? rawU16be(b, at) : undefined));
const temperature = i16be('temperature', 100);
const humidity = u16be('humidity', 100);

export const fillingDegreeSensor = defineDevice({
  id: 'teneo-iot/filling-degree-sensor',
  name: 'Teneo IoT Filling Degree Sensor',
  summary: 'Ultrasonic distance sensor for containers, optionally with temperature and humidity.',
  domain: 'waste',
  revision: 1,
  source: {
    title: 'Filling degree sensor in the device repository of The Things Network (Apache-2.0)',
    url: 'https://github.com/TheThingsNetwork/lorawan-devices/tree/277e69a79347ceba2593e1da08117d0e3329ecda/vendor/teneo-iot',
    revision: '277e69a (2022-10-31)',
  },
  channels: {
    distance: { quantity: 'fillDistance', resolution: 1 },
    temperature: { quantity: 'containerTemperature', resolution: 0.01 },
    humidity: { quantity: 'relativeHumidity', resolution: 0.01 },
    batteryVoltage: { quantity: 'batteryVoltage', resolution: 0.1 },
  },
  uplink: byPort({
    1: byLength({
      3: layout(battery, distance),
      4: layout(battery, checkedDistance),
      7: layout(battery, distance, temperature, humidity),
      8: layout(battery, checkedDistance, temperature, humidity),
    }),
    2: layoutThenMore(battery, skip(1)), // a status alone
    3: layoutThenMore(battery), // charging
  }),
  vectors: [
    {
      name: 'distance alone',
      from: 'hand-worked: 2 + 1.4 V, 85 cm',
      fPort: 1,
      hex: '0e0055',
      expect: { batteryVoltage: 3.4, distance: 85 },
    },
    {
      name: 'with climate, in frost',
      from: 'hand-worked: −3.5 °C, 71.2 %',
      fPort: 1,
      hex: '0e0055fea21bd0',
      expect: { batteryVoltage: 3.4, distance: 85, temperature: -3.5, humidity: 71.2 },
    },
    {
      name: 'nothing in range',
      from: 'hand-worked: status 4',
      fPort: 1,
      hex: '0e00000407531bd0',
      expect: { batteryVoltage: 3.4, temperature: 18.75, humidity: 71.2 },
    },
    {
      name: 'status 0 vouches for the distance',
      from: 'hand-worked',
      fPort: 1,
      hex: '0e005500',
      expect: { batteryVoltage: 3.4, distance: 85 },
    },
    { name: 'charging', from: 'hand-worked', fPort: 3, hex: '0f', expect: { batteryVoltage: 3.5 } },
    { name: 'cut humidity', from: 'hand-worked', fPort: 1, hex: '0e0055fea21b', fails: 'truncated' },
    { name: 'port without meaning', from: 'hand-worked', fPort: 7, hex: '0e0055', fails: 'port' },
  ],
});
