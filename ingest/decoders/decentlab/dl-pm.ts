import { computed, defineDevice, group, rawU16be, u16be } from '../codec/index.ts';
import { battery, protocolV2 } from './protocol-v2.ts';

// Sensirion SHT21 data sheet §6: 16 bit words over the whole range.
const temperature = computed('airTemperature', 2, (b, at) => (175.72 * rawU16be(b, at)) / 65536 - 46.85);
const humidity = computed('relativeHumidity', 2, (b, at) => (125 * rawU16be(b, at)) / 65536 - 6);

export const dlPm = defineDevice({
  id: 'decentlab/dl-pm',
  name: 'Decentlab DL-PM',
  summary: 'Particulate matter sensor with temperature, humidity and air pressure.',
  domain: 'air',
  revision: 1,
  source: {
    title: 'DL-PM decoder documentation and data sheet',
    url: 'https://www.decentlab.com/products/particulate-matter-temperature-humidity-and-barometric-pressure-sensor-for-lorawan',
    revision: 'payload protocol version 2',
  },
  channels: {
    batteryVoltage: { quantity: 'batteryVoltage', resolution: 0.001 },
    pm1: { quantity: 'pm1', resolution: 0.1 },
    pm2_5: { quantity: 'pm2_5', resolution: 0.1, accuracy: '±10 µg/m³ or ±10 %' },
    pm4: { quantity: 'pm4', resolution: 0.1 },
    pm10: { quantity: 'pm10', resolution: 0.1, accuracy: '±25 µg/m³ or ±25 %' },
    particleSize: { quantity: 'particleSize', resolution: 0.001 },
    particles0_5: { quantity: 'particleCount', resolution: 0.1 },
    particles1: { quantity: 'particleCount', resolution: 0.1 },
    particles2_5: { quantity: 'particleCount', resolution: 0.1 },
    particles4: { quantity: 'particleCount', resolution: 0.1 },
    particles10: { quantity: 'particleCount', resolution: 0.1 },
    airTemperature: { quantity: 'airTemperature', resolution: 0.01, accuracy: '±0.3 °C' },
    relativeHumidity: { quantity: 'relativeHumidity', resolution: 0.04, accuracy: '±2 %' },
    airPressure: { quantity: 'airPressure', resolution: 0.02, accuracy: '±1 hPa' },
  },
  uplink: protocolV2(
    battery,
    group(
      u16be('pm1', 10),
      u16be('pm2_5', 10),
      u16be('pm4', 10),
      u16be('pm10', 10),
      u16be('particleSize', 1000), // nm ▸ µm
      u16be('particles0_5', 10),
      u16be('particles1', 10),
      u16be('particles2_5', 10),
      u16be('particles4', 10),
      u16be('particles10', 10),
    ),
    group(temperature, humidity),
    u16be('airPressure', 50), // steps of 2 Pa
  ),
  vectors: [
    {
      name: 'a dusty afternoon',
      from: 'hand-worked: tenths, nm, and steps of 2 Pa; SHT21: half of the range is 41.01 °C and 56.5 %',
      fPort: 1,
      hex: '021b50000f0ce4007d00be00c800d2024e0320038403a203ac03b680008000c596',
      expect: {
        batteryVoltage: 3.3,
        pm1: 12.5,
        pm2_5: 19,
        pm4: 20,
        pm10: 21,
        particleSize: 0.59,
        particles0_5: 80,
        particles1: 90,
        particles2_5: 93,
        particles4: 94,
        particles10: 95,
        airTemperature: 41.01,
        relativeHumidity: 56.5,
        airPressure: 1011.64,
      },
    },
    {
      name: 'the dust sensor rests',
      from: 'hand-worked',
      fPort: 1,
      hex: '021b50000d0ce480008000c596',
      expect: { batteryVoltage: 3.3, airTemperature: 41.01, relativeHumidity: 56.5, airPressure: 1011.64 },
    },
    { name: 'cut in the pressure', from: 'hand-worked', fPort: 1, hex: '021b5000090ce4c5', fails: 'truncated' },
  ],
});
