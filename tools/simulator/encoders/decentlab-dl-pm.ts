/** DL-PM: battery, ten words of the dust sensor, temperature and humidity as the SHT21 gives them, pressure in steps of 2 Pa. */
import { protocolV2 } from './decentlab.ts';
import { type Encoder, number } from './encoder.ts';

export const decentlabDlPm: Encoder = {
  model: 'decentlab/dl-pm',
  encode(values) {
    const tenths = (channel: string) => number(values, channel) * 10;
    const words = [
      number(values, 'batteryVoltage') * 1000,
      ...['pm1', 'pm2_5', 'pm4', 'pm10'].map(tenths),
      number(values, 'particleSize') * 1000,
      ...['particles0_5', 'particles1', 'particles2_5', 'particles4', 'particles10'].map(tenths),
      ((number(values, 'airTemperature') + 46.85) * 65536) / 175.72,
      ((number(values, 'relativeHumidity') + 6) * 65536) / 125,
      number(values, 'airPressure') * 50,
    ];
    return { fPort: 1, bytes: protocolV2(6992, 0b1111, words) };
  },
};
