/** LDDS75, firmware 1.1.4: battery, distance in mm, no interrupt, no probe, sensor found. */
import { Bytes } from './bytes.ts';
import { type Encoder, number } from './encoder.ts';

export const draginoLdds75: Encoder = {
  model: 'dragino/ldds75',
  encode(values) {
    const bytes = new Bytes()
      .u16be(number(values, 'batteryVoltage') * 1000)
      .u16be(number(values, 'distance') * 1000)
      .raw(0, 0, 0, 1);
    return { fPort: 2, bytes: bytes.done() };
  },
};
