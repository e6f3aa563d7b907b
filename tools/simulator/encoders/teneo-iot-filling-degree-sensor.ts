/** Teneo: battery, distance in cm, temperature and humidity, status 0. */
import { Bytes } from './bytes.ts';
import { type Encoder, number } from './encoder.ts';

export const teneoFillingDegreeSensor: Encoder = {
  model: 'teneo-iot/filling-degree-sensor',
  encode(values) {
    const bytes = new Bytes()
      .u8((number(values, 'batteryVoltage') - 2) * 10)
      .u16be(number(values, 'distance'))
      .raw(0);
    if ('temperature' in values) {
      bytes.i16be(number(values, 'temperature') * 100).u16be(number(values, 'humidity') * 100);
    }
    return { fPort: 1, bytes: bytes.done() };
  },
};
