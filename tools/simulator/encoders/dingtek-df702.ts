/** DF702: distance down to the waste, tilt, alarms. */
import { heartbeat } from './dingtek.ts';
import { type Encoder, number, truth } from './encoder.ts';

export const dingtekDf702: Encoder = {
  model: 'dingtek/df702',
  encode: (values) => ({
    fPort: 3,
    bytes: heartbeat({
      type: 1,
      distance: number(values, 'distance') * 10,
      temperature: number(values, 'temperature'),
      tilt: number(values, 'tilt'),
      alarms: [truth(values, 'full'), truth(values, 'fire'), truth(values, 'tipped'), truth(values, 'batteryLow')],
    }),
  }),
};
