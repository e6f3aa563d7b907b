/** EM300-TH: channel, type, value. The battery comes with some reports only. */
import { Bytes } from './bytes.ts';
import { type Encoder, number } from './encoder.ts';

export const milesightEm300Th: Encoder = {
  model: 'milesight/em300-th',
  encode(values) {
    const bytes = new Bytes();
    if ('battery' in values) bytes.raw(0x01, 0x75).u8(number(values, 'battery'));
    bytes.raw(0x03, 0x67).i16le(number(values, 'temperature') * 10);
    bytes.raw(0x04, 0x68).u8(number(values, 'humidity') * 2);
    return { fPort: 85, bytes: bytes.done() };
  },
};
