import { defineDevice, flag, group, skip, u16be } from '../codec/index.ts';
import { battery, protocolV2, word } from './protocol-v2.ts';

export const dlCtd10 = defineDevice({
  id: 'decentlab/dl-ctd10',
  name: 'Decentlab DL-CTD10',
  summary: 'Pressure, temperature and electrical conductivity probe for groundwater, rivers and lakes.',
  domain: 'water',
  revision: 1,
  source: {
    title: 'DL-CTD10 decoder documentation and data sheet',
    url: 'https://www.decentlab.com/products/pressure-liquid-level-temperature-and-electrical-conductivity-sensor-for-lorawan',
    revision: 'payload protocol version 2',
  },
  channels: {
    waterDepth: { quantity: 'waterDepth', resolution: 0.002, accuracy: '±0.05 % of full scale' },
    waterTemperature: { quantity: 'waterTemperature', resolution: 0.1, accuracy: '±1 °C' },
    electricalConductivity: { quantity: 'electricalConductivity', resolution: 1, accuracy: '±0.01 mS/cm or ±10 %' },
    freezing: { quantity: 'freezing' },
    batteryVoltage: { quantity: 'batteryVoltage', resolution: 0.001 },
  },
  uplink: protocolV2(
    group(
      word('waterDepth', 1000), // mm ▸ m
      word('waterTemperature', 10),
      u16be('electricalConductivity'),
      // A word of its own, not shifted by 32768: 0 or 1 in the lower byte.
      group(skip(1), flag('freezing', 0xff)),
    ),
    battery,
  ),
  vectors: [
    {
      name: 'winter gauge',
      from: 'hand-worked: 34768 − 32768 mm, 32763 − 32768 tenths',
      fPort: 1,
      hex: '020539000387d07ffb02bc00010bb8',
      expect: { waterDepth: 2, waterTemperature: -0.5, electricalConductivity: 700, freezing: true, batteryVoltage: 3 },
    },
    {
      name: 'probe silent, battery only',
      from: 'hand-worked',
      fPort: 1,
      hex: '02053900020c60',
      expect: { batteryVoltage: 3.168 },
    },
    { name: 'no sensor answered', from: 'hand-worked', fPort: 1, hex: '0205390000', expect: {} },
    { name: 'cut in the battery', from: 'hand-worked', fPort: 1, hex: '02053900020c', fails: 'truncated' },
    { name: 'protocol version 1', from: 'hand-worked', fPort: 1, hex: '01053900020c60', fails: 'invalid' },
    { name: 'a third sensor', from: 'hand-worked', fPort: 1, hex: '02053900060c60', fails: 'unknown' },
    { name: 'bytes behind the battery', from: 'hand-worked', fPort: 1, hex: '02053900020c6000', fails: 'unknown' },
  ],
});
