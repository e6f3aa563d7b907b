/** DL-ATM41: seventeen words of the weather station, then the battery. */
import { protocolV2, shifted } from './decentlab.ts';
import { type Encoder, number } from './encoder.ts';

/** Channels in the order of the frame, and how many steps make one unit. */
const WORDS: readonly (readonly [string, number])[] = [
  ['solarRadiation', 1],
  ['precipitation', 1000],
  ['lightningStrikes', 1],
  ['lightningDistance', 1],
  ['windSpeed', 100],
  ['windDirection', 10],
  ['windGust', 100],
  ['airTemperature', 10],
  ['vapourPressure', 100],
  ['airPressure', 10], // hundredths of a kPa
  ['relativeHumidity', 10],
  ['sensorTemperature', 10],
  ['tiltX', 10],
  ['tiltY', 10],
  ['heading', 1],
  ['windSpeedNorth', 100],
  ['windSpeedEast', 100],
];

export const decentlabDlAtm41: Encoder = {
  model: 'decentlab/dl-atm41',
  encode(values) {
    const words = WORDS.map(([channel, steps]) => shifted(number(values, channel) * steps));
    return { fPort: 1, bytes: protocolV2(858, 0b11, [...words, number(values, 'batteryVoltage') * 1000]) };
  },
};
