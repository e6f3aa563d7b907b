/** TPS110: FPort 1 a change of the bay, FPort 2 a heartbeat with the temperature. */
import { Bytes } from './bytes.ts';
import { type Encoder, number, truth } from './encoder.ts';

export const boschTps110: Encoder = {
  model: 'bosch/tps110-0292',
  encode(values) {
    const state = truth(values, 'occupied') ? 1 : 0;
    if (!('temperature' in values)) return { fPort: 1, bytes: new Bytes().u8(state).done() };
    return { fPort: 2, bytes: new Bytes().u8(state).i8(number(values, 'temperature')).done() };
  },
};
