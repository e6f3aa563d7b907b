import {
  byPort,
  byValue,
  computed,
  defineDevice,
  group,
  i16be,
  layout,
  rawU16be,
  skip,
  u16be,
  u32be,
} from '../codec/index.ts';
import { battery } from './battery.ts';

/** Built-in SHT20: hundredths of a degree, and tenths of a percent in the lower twelve bits. */
const sht = group(
  i16be('temperature', 100),
  computed('humidity', 2, (b, at) => (rawU16be(b, at) & 0x0fff) / 10),
);
const base = group(battery, sht, skip(1));
/** DS18B20 on the cable; 327.67 °C says that there is none. */
const probe = i16be('probeTemperature', 100, { none: [0x7fff] });
const without = layout(base, skip(4));

export const lht65 = defineDevice({
  id: 'dragino/lht65',
  name: 'Dragino LHT65',
  summary: 'Temperature and humidity sensor with a connector for a probe: temperature, light, voltage or counter.',
  domain: 'climate',
  revision: 1,
  source: {
    title: 'LHT65 LoRaWAN Temperature & Humidity Sensor User Manual, §2.4 Uplink Payload',
    url: 'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LHT65N%20--%20LoRaWAN%20Temperature%20%26%20Humidity%20Sensor%20Manual/',
    revision: '2023-07-18',
  },
  channels: {
    temperature: { quantity: 'airTemperature', resolution: 0.01, accuracy: '±0.3 °C' },
    humidity: { quantity: 'relativeHumidity', resolution: 0.1, accuracy: '±3 %' },
    probeTemperature: { quantity: 'probeTemperature', resolution: 0.01, accuracy: '±0.5 °C' },
    illuminance: { quantity: 'illuminance', resolution: 1 },
    voltage: { quantity: 'voltage', resolution: 0.001 },
    pulses: { quantity: 'pulseCount', resolution: 1 },
    batteryVoltage: { quantity: 'batteryVoltage', resolution: 0.001 },
  },
  uplink: byPort({
    // Byte 6 says what hangs on the connector; bit 7: nothing is connected. Bit 6, a reply from the device's own log with
    // times of its own, is not in the table: such frames wait as dead letters.
    2: byValue('extension', 6, 0xcf, {
      0: without,
      1: layout(base, probe, skip(2)),
      4: without, // interrupt input: a wire, not a measurement
      5: layout(base, u16be('illuminance'), skip(2)),
      6: layout(base, u16be('voltage', 1000), skip(2)),
      7: layout(base, u16be('pulses'), skip(2)),
      8: layout(base, u32be('pulses')),
      // The probe stands where the battery was, and the last four bytes are the device's clock.
      9: layout(probe, sht, skip(5)),
      // The probe's serial number stands where temperature and humidity were.
      15: layout(battery, skip(9)),
      128: without,
      129: without,
      132: without,
      133: without,
      134: without,
      135: without,
      136: without,
      137: layout(skip(2), sht, skip(5)),
    }),
  }),
  vectors: [
    {
      name: 'frost, with probe',
      from: 'hand-worked: 0xcbf6 & 0x3fff = 3062 mV, −5.55 °C, 0x376 = 886 tenths',
      fPort: 2,
      hex: 'cbf6fdd5037601ff06ffff',
      expect: { batteryVoltage: 3.062, temperature: -5.55, humidity: 88.6, probeTemperature: -2.5 },
    },
    {
      name: 'no probe on the cable',
      from: 'hand-worked',
      fPort: 2,
      hex: 'cbf60b0d0376017fffffff',
      expect: { batteryVoltage: 3.062, temperature: 28.29, humidity: 88.6 },
    },
    {
      name: 'light sensor',
      from: 'hand-worked',
      fPort: 2,
      hex: 'cbf60b0d03760503e8ffff',
      expect: { batteryVoltage: 3.062, temperature: 28.29, humidity: 88.6, illuminance: 1000 },
    },
    {
      name: 'light sensor unplugged',
      from: 'hand-worked',
      fPort: 2,
      hex: 'cbf60b0d03768503e8ffff',
      expect: { batteryVoltage: 3.062, temperature: 28.29, humidity: 88.6 },
    },
    {
      name: 'analogue input',
      from: 'hand-worked',
      fPort: 2,
      hex: 'cbf60b0d03760604e2ffff',
      expect: { batteryVoltage: 3.062, temperature: 28.29, humidity: 88.6, voltage: 1.25 },
    },
    {
      name: 'long counter',
      from: 'hand-worked',
      fPort: 2,
      hex: 'cbf60b0d037608ffffffff',
      expect: { batteryVoltage: 3.062, temperature: 28.29, humidity: 88.6, pulses: 4294967295 },
    },
    {
      name: 'probe and clock',
      from: 'hand-worked',
      fPort: 2,
      hex: '0add0b0d03760960065fce',
      expect: { probeTemperature: 27.81, temperature: 28.29, humidity: 88.6 },
    },
    {
      name: 'serial number of the probe',
      from: 'hand-worked',
      fPort: 2,
      hex: 'cbf6287e6c1b0f0b00009c',
      expect: { batteryVoltage: 3.062 },
    },
    {
      name: 'clock, but the probe is gone',
      from: 'hand-worked',
      fPort: 2,
      hex: '7fff0b0d03768960065fce',
      expect: { temperature: 28.29, humidity: 88.6 },
    },
    { name: 'reply from the log', from: 'hand-worked', fPort: 2, hex: '0add0b0d03764960065fce', fails: 'unknown' },
    { name: 'cut probe', from: 'hand-worked', fPort: 2, hex: 'cbf60b0d0376010a', fails: 'truncated' },
    { name: 'port without meaning', from: 'hand-worked', fPort: 42, hex: 'cbf60b0d037601ff06ffff', fails: 'port' },
  ],
});
