/** TBSL100: status, battery, temperature of the board, sound level. */
import { Bytes } from './bytes.ts';
import { type Encoder, number } from './encoder.ts';

export const browanTbsl100: Encoder = {
  model: 'browan/tbsl100',
  encode: (values) => ({
    fPort: 105,
    bytes: new Bytes()
      .u8(0)
      .u8(Math.min(15, Math.max(0, Math.round(number(values, 'batteryVoltage') * 10) - 25)))
      .u8(Math.min(127, Math.max(0, Math.round(number(values, 'temperature')) + 32)))
      .u8(number(values, 'soundLevel'))
      .done(),
  }),
};
