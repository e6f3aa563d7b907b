/** DC410: distance down to the water, tilt, alarms. */
import { heartbeat } from './dingtek.ts';
import { type Encoder, number, truth } from './encoder.ts';

export const dingtekDc410: Encoder = {
  model: 'dingtek/dc410',
  encode: (values) => ({
    fPort: 3,
    bytes: heartbeat({
      type: 2,
      distance: number(values, 'distance') * 1000,
      temperature: number(values, 'temperature'),
      tilt: number(values, 'tilt'),
      alarms: [truth(values, 'full'), false, truth(values, 'moved'), truth(values, 'batteryLow')],
    }),
  }),
};
