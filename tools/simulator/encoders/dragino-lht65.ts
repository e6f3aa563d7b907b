/** LHT65: battery with its coarse state, the built-in sensor, nothing on the cable. */
import { Bytes } from './bytes.ts';
import { type Encoder, number } from './encoder.ts';

export const draginoLht65: Encoder = {
  model: 'dragino/lht65',
  encode(values) {
    const bytes = new Bytes()
      .u16be(0xc000 | Math.round(number(values, 'batteryVoltage') * 1000))
      .i16be(number(values, 'temperature') * 100)
      .u16be(number(values, 'humidity') * 10)
      // kind of probe: temperature; 0x7fff: there is none
      .raw(1, 0x7f, 0xff, 0x7f, 0xff);
    return { fPort: 2, bytes: bytes.done() };
  },
};
